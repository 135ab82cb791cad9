using Microsoft.Extensions.DependencyInjection;
using Millrace.Client.Errors;
using Millrace.Contracts;
using Millrace.Engine.Composition;
using Millrace.Engine.Guards;
using Millrace.Engine.Runs;
using Millrace.Providers.Failures;
using Millrace.Tests.Embedded;
using Millrace.Tests.ScriptedProviders;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Guards;

/// <summary>A limit that is not one of ours: one class, and the line that registers it.</summary>
[Integration]
public sealed class OwnGuardTests : IAsyncLifetime
{
    private readonly ScratchFolder folder = new("guard");
    private ScriptedProvider provider = null!;

    public async ValueTask InitializeAsync() => provider = await ScriptedProvider.StartAsync(Wire.OpenAI);

    [Fact]
    public async Task It_can_put_a_generation_off_and_refuse_it_and_no_call_is_made_or_counted()
    {
        await using var worker = await EmbeddedWorker.StartWithAsync(folder.File("m.db"), provider, services => services.AddCallGuard<ClosingTime>());
        var request = new GenerateRequested { GenerationId = Guid.CreateVersion7(), Prompt = "?" };

        var thrown = await Assert.ThrowsAsync<GenerationFailedException>(() => worker.Client.GenerateAsync(request, TestContext.Current.CancellationToken));

        Assert.Equal((FailureReason.QuotaExceeded, ClosingTime.Words, 0), (thrown.Failed.Reason, thrown.Failed.Message, thrown.Failed.Attempts));
        Assert.Equal(2L, await worker.QueryAsync<long>("SELECT epoch FROM generations")); // claimed, parked, claimed again
        Assert.Empty(provider.Calls);
    }

    [Fact]
    public async Task It_can_give_an_answer_of_its_own_and_the_stream_brings_it()
    {
        await using var worker = await EmbeddedWorker.StartWithAsync(folder.File("m.db"), provider, services => services.AddCallGuard<Porter>());
        var request = new GenerateRequested { GenerationId = Guid.CreateVersion7(), Prompt = "?" };

        var completed = await worker.Client.GenerateAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal((Porter.Words, "porter", 0), (completed.Text, completed.Model, completed.Attempts));
        Assert.Equal(1L, completed.LastSequence);
        Assert.Empty(provider.Calls);
    }

    [Fact]
    public async Task What_it_holds_is_released_when_the_call_has_failed_and_again_when_another_one_has_answered()
    {
        provider.Respond(call => _ = call.Number == 1 ? call.Refuse(503) : call.Text("Hi.").Stop());
        var doorkeeper = new Doorkeeper();
        await using var worker = await EmbeddedWorker.StartWithAsync(
            folder.File("m.db"), provider, services => services.AddSingleton<ICallGuard>(doorkeeper), ("Millrace:Retry:BaseDelay", "00:00:00.010"));
        var request = new GenerateRequested { GenerationId = Guid.CreateVersion7(), Prompt = "?" };

        var completed = await worker.Client.GenerateAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(("Hi.", 2), (completed.Text, completed.Attempts));
        Assert.Equal([CallEnd.GoesOn, CallEnd.Final], doorkeeper.Ends);
    }

    public async ValueTask DisposeAsync()
    {
        await provider.DisposeAsync();
        folder.Dispose();
    }

    private sealed class ClosingTime : ICallGuard
    {
        public const string Words = "The house is closed.";

        private int asked;

        public Task<GuardAnswer> AskAsync(PlannedCall call, CancellationToken cancellation) => Task.FromResult<GuardAnswer>(
            Interlocked.Increment(ref asked) == 1
                ? new GuardAnswer.Park(TimeSpan.Zero, "closed") { IsPunctual = true }
                : new GuardAnswer.Refused(new Failure(FailureReason.QuotaExceeded, Words)));
    }

    private sealed class Porter : ICallGuard
    {
        public const string Words = "Come back tomorrow.";

        public Task<GuardAnswer> AskAsync(PlannedCall call, CancellationToken cancellation) =>
            Task.FromResult<GuardAnswer>(new GuardAnswer.Answered(new Answer(FinishReason.Stop, "porter", []), Words, Reasoning: null));
    }

    private sealed class Doorkeeper : ICallGuard, ICallLease
    {
        public List<CallEnd> Ends { get; } = [];

        public Task<GuardAnswer> AskAsync(PlannedCall call, CancellationToken cancellation) => Task.FromResult<GuardAnswer>(new GuardAnswer.Proceed(this));

        public ValueTask ReleaseAsync(CallEnd end)
        {
            Ends.Add(end);
            return ValueTask.CompletedTask;
        }
    }
}
