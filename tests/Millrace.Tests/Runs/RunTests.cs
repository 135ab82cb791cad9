using System.Text.Json;
using Millrace.Contracts;
using Millrace.Engine.Runs;
using Millrace.Persistence.Generations;

namespace Millrace.Tests.Runs;

public sealed class RunTests
{
    [Fact]
    public void The_first_cause_to_stop_counts_and_its_reason_stays()
    {
        using var run = NewRun();

        run.Stop(StopCause.Cancelled, "enough");
        run.Stop(StopCause.HandBack, "going");

        Assert.Equal(StopCause.Cancelled, run.Cause);
        Assert.Equal("enough", run.StopReason);
        Assert.True(run.Stopping.IsCancellationRequested);
        Assert.False(run.Muted.IsCancellationRequested);
    }

    [Fact]
    public void A_fenced_run_may_write_nothing_more_even_after_a_cancel()
    {
        using var run = NewRun();

        run.Stop(StopCause.Cancelled);
        run.Stop(StopCause.Fenced);

        Assert.True(run.Muted.IsCancellationRequested);
    }

    [Fact]
    public void A_stop_that_comes_just_after_the_end_is_nothing()
    {
        var run = NewRun();
        run.Dispose();

        run.Stop(StopCause.HandBack);
        run.Stop(StopCause.Fenced);

        Assert.Equal(StopCause.HandBack, run.Cause);
    }

    [Fact]
    public void A_claim_counts_a_call_which_is_begun_only_when_it_is_made()
    {
        using var run = NewRun(attempt: 3);

        Assert.Equal((3, 2, true), (run.Attempt, run.CallsBegun, run.IsCallCounted));
        run.CountCall();
        Assert.Equal((3, 2), (run.Attempt, run.CallsBegun));
        run.BeginCall();
        Assert.Equal((3, 3, false), (run.Attempt, run.CallsBegun, run.IsCallCounted));
        run.CountCall();
        Assert.Equal((4, 3, true), (run.Attempt, run.CallsBegun, run.IsCallCounted));
    }

    [Fact]
    public void A_call_that_is_excused_gives_its_number_to_the_next()
    {
        using var run = NewRun(attempt: 3);

        run.BeginCall();
        run.ExcuseCall();
        run.CountCall();

        Assert.Equal((3, 2), (run.Attempt, run.CallsBegun));
    }

    [Fact]
    public void A_write_that_another_owner_has_made_void_is_the_runs_last()
    {
        using var run = NewRun();
        run.EnsureHeld(true);
        Assert.Equal(StopCause.None, run.Cause);

        Assert.Throws<FencedException>(() => run.EnsureHeld(false));

        Assert.Equal(StopCause.Fenced, run.Cause);
        Assert.True(run.Muted.IsCancellationRequested);
    }

    private static Run NewRun(int attempt = 1, int failures = 0)
    {
        var failed = Enumerable.Range(1, failures).Select(n => new AttemptFailure
        {
            Attempt = n,
            Provider = "p",
            Model = "m",
            Reason = FailureReason.ProviderError,
            Message = "failed",
        });
        var id = Guid.CreateVersion7();
        var claim = new Claim
        {
            Fence = new Fence(id, 1, Guid.NewGuid()),
            Lane = "p.interactive",
            Channel = "default",
            Candidate = 0,
            Attempt = attempt,
            Request = JsonSerializer.Serialize(new GenerateRequested { GenerationId = id, Prompt = "x" }, ContractsJson.Options),
            Failures = JsonSerializer.Serialize(failed, ContractsJson.Options),
            ReceivedAt = DateTimeOffset.UnixEpoch,
            StartedAt = DateTimeOffset.UnixEpoch,
            Now = DateTimeOffset.UnixEpoch,
            CancelRequested = false,
        };
        return new Run(claim, TimeProvider.System, CancellationToken.None);
    }
}
