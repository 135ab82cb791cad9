using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Millrace.Contracts;
using Millrace.Engine.Guards;
using Millrace.Engine.Limits;
using Millrace.Engine.Prompts;
using Millrace.Engine.Runs;
using Millrace.Engine.Settings;
using Millrace.Engine.Telemetry;
using Millrace.Persistence.Generations;
using Millrace.Persistence.Limits;
using Millrace.Providers.Models;
using Millrace.Providers.Registry;
using Millrace.Tests.Persistence;
using Millrace.Tests.Providers;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Limits;

/// <summary>What a run asks of its budgets, and what it makes of the answer.</summary>
[Integration]
public sealed class CallLimiterTests : IClassFixture<Truths>, IAsyncDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 5, 6, 7, 8, 9, TimeSpan.Zero);

    private readonly FakeTimeProvider time = new(Now);
    private readonly ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly LeaseQueue queue;
    private readonly Provider provider;
    private readonly CallLimiter limiter;

    public CallLimiterTests(Truths truths)
    {
        queue = new(time);
        var options = Options.Create(new MillraceOptions { Limits = [new() { Provider = "p", RequestsPerMinute = 60 }] });
        var (metrics, averages) = (new FleetMetrics(services.GetRequiredService<IMeterFactory>()), new CallAverages());
        var truth = truths.Of(Kind.Sqlite);
        provider = new("p", ShippedKind.Simulated, new(), time);
        var cooldowns = new ProviderCooldowns(truth.Limits, options, metrics, time, NullLogger<ProviderCooldowns>.Instance);
        limiter = new(new LimitRules(options, averages), queue, cooldowns, new CooldownGuard(cooldowns), averages, metrics, time);
    }

    [Theory]
    [InlineData(GenerationClass.Bulk, 9, true, 9)]
    [InlineData(GenerationClass.Bulk, 11, false, 11)]
    [InlineData(GenerationClass.Interactive, 9, false, 60)]
    public async Task Bulk_that_has_waited_for_ten_minutes_since_its_first_claim_counts_as_interactive_and_is_as_old_as_that(GenerationClass @class, int minutes, bool isBulk, int age)
    {
        using var run = RunOf(@class, startedAt: Now.AddMinutes(-minutes));
        var entering = EnterAsync(run);
        var sync = await AskedAsync();

        var request = Assert.Single(sync.Requests);
        Assert.Equal((isBulk, Now.AddMinutes(-age), true), (request.IsBulk, request.ReceivedAt, request.IsBack));
        await LeaveAsync(run, entering);
    }

    [Fact]
    public async Task A_unit_that_was_not_used_in_its_time_is_given_back_and_asked_for_anew()
    {
        using var run = RunOf(GenerationClass.Interactive, startedAt: Now);
        var entering = EnterAsync(run);
        Grant(await AskedAsync(), from: TimeSpan.FromSeconds(1));

        time.Advance(TimeSpan.FromSeconds(2)); // as a process that was stopped in between

        Grant(await AskedAsync(), from: TimeSpan.Zero);
        var proceed = Assert.IsType<GuardAnswer.Proceed>(await Until.DoneAsync(entering));
        await proceed.Lease.ReleaseAsync(CallEnd.Final);
    }

    public async ValueTask DisposeAsync()
    {
        provider.Dispose();
        await services.DisposeAsync();
    }

    private Task<GuardAnswer> EnterAsync(Run run)
    {
        var prompt = new CallPrompt([], [], new ModelTable(Options.Create(new ModelOptions())).Find("p", ShippedKind.Simulated, "m"));
        return limiter.AskAsync(new PlannedCall(run, new Candidate(0, "p", "m", Rows.Lane), provider, prompt, time), run.Stopping);
    }

    private async Task<LimiterSync> AskedAsync()
    {
        await Until.TrueAsync(() => queue.IsWanted);
        return queue.Begin(TimeSpan.Zero)!;
    }

    /// <summary>A unit for half a second, from some time on.</summary>
    private void Grant(LimiterSync sync, TimeSpan from)
    {
        sync.Plan(new LimitTable(Gcra.Minute, [new BudgetRow(Assert.Single(sync.Scopes))], []), Guid.NewGuid());
        queue.End(sync, _ => new LeaseDecision.Open(Stamp(from), Stamp(from + TimeSpan.FromSeconds(0.5))));
    }

    private long Stamp(TimeSpan ahead) => time.GetTimestamp() + (long)(ahead.TotalSeconds * time.TimestampFrequency);

    private static async Task LeaveAsync(Run run, Task entering)
    {
        run.Stop(StopCause.Cancelled);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => entering);
    }

    private Run RunOf(GenerationClass @class, DateTimeOffset startedAt)
    {
        var id = Guid.CreateVersion7();
        return new(new Claim
        {
            Fence = new Fence(id, 1, Guid.NewGuid()),
            Lane = Rows.Lane,
            Channel = "default",
            Candidate = 0,
            Attempt = 1,
            Request = $$"""{"generationId":"{{id}}","prompt":"x","class":"{{@class}}"}""",
            Failures = null,
            ReceivedAt = Now.AddHours(-1),
            StartedAt = startedAt,
            Now = Now,
            CancelRequested = false,
        }, time, CancellationToken.None);
    }
}
