using Millrace.Engine.Guards;
using Millrace.Engine.Prompts;
using Millrace.Engine.Runs;
using Millrace.Persistence.Generations;
using Millrace.Providers.Models;
using Millrace.Providers.Registry;
using Millrace.Tests.Providers;

namespace Millrace.Tests.Guards;

/// <summary>What guards hold for a call is given back on every way, the last first.</summary>
public sealed class CallGuardsTests : IDisposable
{
    private readonly List<string> told = [];
    private readonly Provider provider = new("p", ShippedKind.Simulated, new(), TimeProvider.System);
    private readonly Run run;

    public CallGuardsTests() => run = NewRun();

    [Fact]
    public async Task A_call_passes_when_all_let_it_and_they_are_asked_in_their_order()
    {
        var answer = await AskAsync(Holding("a"), Holding("b"), Holding("c"));

        Assert.IsType<GuardAnswer.Proceed>(answer);
        Assert.Equal(["ask a", "ask b", "ask c"], told);
    }

    [Theory]
    [InlineData("Final")]
    [InlineData("GoesOn")]
    [InlineData("Interrupted")]
    public async Task The_end_of_a_call_is_told_to_each_once_and_to_the_last_first(string how)
    {
        var proceed = Assert.IsType<GuardAnswer.Proceed>(await AskAsync(Holding("a"), Holding("b")));
        told.Clear();

        await proceed.Lease.ReleaseAsync(Enum.Parse<CallEnd>(how));
        await proceed.Lease.ReleaseAsync(Enum.Parse<CallEnd>(how));

        Assert.Equal([$"{how} b", $"{how} a"], told);
    }

    [Fact]
    public async Task The_first_other_answer_is_the_answer_of_all_and_nothing_is_held_any_more()
    {
        var park = new GuardAnswer.Park(TimeSpan.FromSeconds(3), "why not");

        Assert.Same(park, await AskAsync(Holding("a"), Holding("b"), Saying("c", park), Holding("d")));

        Assert.Equal(["ask a", "ask b", "ask c", "NotMade b", "NotMade a"], told);
    }

    [Fact]
    public async Task A_guard_that_throws_leaves_nothing_held()
    {
        var broken = new ScriptedGuard("b", told, _ => throw new InvalidOperationException("broken"));

        await Assert.ThrowsAsync<InvalidOperationException>(() => AskAsync(Holding("a"), broken));

        Assert.Equal(["ask a", "ask b", "NotMade a"], told);
    }

    [Fact]
    public async Task A_guard_that_waits_when_the_run_is_stopped_leaves_nothing_held()
    {
        var waiting = new ScriptedGuard("b", told, async cancellation =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
            return GuardAnswer.Free;
        });
        var asked = AskAsync(Holding("a"), waiting);

        run.Stop(StopCause.Cancelled);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        Assert.Equal(["ask a", "ask b", "NotMade a"], told);
    }

    [Fact]
    public async Task A_lease_that_cannot_be_released_does_not_keep_the_others()
    {
        var stuck = new ScriptedGuard("b", told, _ => Task.FromResult<GuardAnswer>(new GuardAnswer.Proceed(new StuckLease())));
        var proceed = Assert.IsType<GuardAnswer.Proceed>(await AskAsync(Holding("a"), stuck, Holding("c")));
        told.Clear();

        await Assert.ThrowsAsync<InvalidOperationException>(async () => await proceed.Lease.ReleaseAsync(CallEnd.Final));

        Assert.Equal(["Final c", "Final a"], told);
    }

    [Fact]
    public async Task The_end_of_a_generation_is_told_to_all()
    {
        await new CallGuards([Holding("a"), Holding("b")]).EndedAsync(run);

        Assert.Equal(["ended b", "ended a"], told);
    }

    public void Dispose()
    {
        run.Dispose();
        provider.Dispose();
    }

    private Task<GuardAnswer> AskAsync(params ICallGuard[] guards)
    {
        var prompt = new CallPrompt([], [], new ModelLimits(1000, null, Known: true));
        return new CallGuards(guards).AskAsync(new PlannedCall(run, new Candidate(0, "p", "m", "p.interactive"), provider, prompt, TimeProvider.System), run.Stopping);
    }

    private ScriptedGuard Holding(string name) => Saying(name, new GuardAnswer.Proceed(new TellingLease(name, told)));

    private ScriptedGuard Saying(string name, GuardAnswer answer) => new(name, told, _ => Task.FromResult(answer));

    private static Run NewRun()
    {
        var id = Guid.CreateVersion7();
        return new(new Claim
        {
            Fence = new Fence(id, 1, Guid.NewGuid()),
            Lane = "p.interactive",
            Channel = "default",
            Candidate = 0,
            Attempt = 1,
            Request = $$"""{"generationId":"{{id}}","prompt":"x"}""",
            Failures = null,
            ReceivedAt = DateTimeOffset.UnixEpoch,
            StartedAt = DateTimeOffset.UnixEpoch,
            Now = DateTimeOffset.UnixEpoch,
            CancelRequested = false,
        }, TimeProvider.System, CancellationToken.None);
    }

    private sealed class ScriptedGuard(string name, List<string> told, Func<CancellationToken, Task<GuardAnswer>> script) : ICallGuard
    {
        public Task<GuardAnswer> AskAsync(PlannedCall call, CancellationToken cancellation)
        {
            told.Add($"ask {name}");
            return script(cancellation);
        }

        public Task EndedAsync(Run ended)
        {
            told.Add($"ended {name}");
            return Task.CompletedTask;
        }
    }

    private sealed class TellingLease(string name, List<string> told) : ICallLease
    {
        public ValueTask ReleaseAsync(CallEnd end)
        {
            told.Add($"{end} {name}");
            return ValueTask.CompletedTask;
        }
    }

    private sealed class StuckLease : ICallLease
    {
        public ValueTask ReleaseAsync(CallEnd end) => throw new InvalidOperationException("stuck");
    }
}
