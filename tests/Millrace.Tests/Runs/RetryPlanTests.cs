using CsCheck;
using Millrace.Contracts;
using Millrace.Engine.Failures;

namespace Millrace.Tests.Runs;

public sealed class RetryPlanTests
{
    private static readonly FailureReason[] OwnFaults =
    [
        FailureReason.InvalidRequest, FailureReason.ContentFiltered, FailureReason.OutputLimitExceeded, FailureReason.Expired,
        FailureReason.ToolLoopExceeded, FailureReason.BudgetExceeded, FailureReason.Internal,
    ];

    [Fact]
    public void Again_is_within_every_limit() => RetryCases.Any.Sample(given =>
    {
        if (given.Decide() is not RetryDecision.Again { Delay: var delay }) return;
        Assert.True(given.Failure.Reason.IsRetryable());
        Assert.True(delay >= TimeSpan.Zero);
        Assert.True(delay >= (given.Failure.RetryAfter ?? TimeSpan.Zero), "never before the provider asked");
        Assert.True(given.State.TimeLeft is not { } left || delay <= left, "never past NotAfter");
        if (given.Failure.CircuitOpen)
        {
            Assert.False(given.State.HasFallback);
            Assert.True(given.State.Age + delay <= given.Options.CircuitPatience);
            return;
        }
        if (given.State.Excuses(given.Failure)) return; // bulk waits for the provider's rate as long as it may
        Assert.True(given.State.CallsOfCandidate < given.Options.MaxAttempts);
        var longest = given.Options.MaxDelay;
        if (given.Failure.RetryAfter is { } asked && asked > longest) longest = asked;
        Assert.True(delay <= longest, "no longer than our own limit or what was asked");
        Assert.True((given.Failure.RetryAfter ?? TimeSpan.Zero) <= given.Options.MaxRetryAfter);
    });

    [Fact]
    public void Bulk_that_is_refused_for_the_rate_waits_until_its_time_is_over_however_often() => RetryCases.Any.Sample(given =>
    {
        if (given.Failure is not { Reason: FailureReason.RateLimited, CircuitOpen: false } || !given.State.IsBulk) return;
        var longest = (given.Failure.RetryAfter ?? TimeSpan.Zero) * 1.25 + given.Options.BaseDelay;
        if (given.State.TimeLeft is not { } left || left > longest) Assert.IsType<RetryDecision.Again>(given.Decide());
    });

    [Fact]
    public void Another_provider_is_asked_only_where_it_can_help() => RetryCases.Any.Sample(given =>
    {
        if (given.Decide() is not RetryDecision.NextCandidate) return;
        Assert.True(given.State.HasFallback);
        Assert.DoesNotContain(given.Failure.Reason, OwnFaults);
    });

    [Fact]
    public void A_fallback_that_may_be_used_is_never_given_up() => RetryCases.Any.Sample(given =>
    {
        if (given.Decide() is RetryDecision.GiveUp) Assert.True(!given.State.HasFallback || OwnFaults.Contains(given.Failure.Reason));
    });

    [Fact]
    public void No_candidate_is_called_more_often_than_allowed_and_an_open_circuit_counts_no_call() =>
        Gen.Select(RetryCases.Limits, RetryCases.Failures.List[0, 60], Gen.Int[0, 3]).Sample((options, failures, fallbacks) =>
        {
            var calls = new int[fallbacks + 1];
            var candidate = 0;
            foreach (var failure in failures)
            {
                var state = new RetryState(calls[candidate] + 1, candidate < fallbacks, TimeSpan.Zero, null);
                if (!failure.CircuitOpen) calls[candidate]++;
                var decision = RetryPlan.After(failure, state, options, 0.5);
                if (decision is RetryDecision.GiveUp) break;
                if (decision is RetryDecision.NextCandidate) candidate++;
            }
            Assert.All(calls, made => Assert.InRange(made, 0, options.MaxAttempts));
        });

    [Fact]
    public void The_backoff_doubles_up_to_its_limit_and_its_upper_half_is_jittered() =>
        Gen.Select(RetryCases.Limits, Gen.Int[1, 2_000], Gen.Double[0, 1]).Sample((options, calls, jitter) =>
        {
            var (least, most) = (RetryPlan.Backoff(calls, options, 0), RetryPlan.Backoff(calls, options, 1));
            Assert.InRange(RetryPlan.Backoff(calls, options, jitter), least, most);
            Assert.True(most <= options.MaxDelay);
            Assert.Equal(most.TotalMilliseconds / 2, least.TotalMilliseconds, 3);
            var doubled = Math.Min(most.TotalMilliseconds * 2, options.MaxDelay.TotalMilliseconds);
            if (calls < 30) Assert.Equal(doubled, RetryPlan.Backoff(calls + 1, options, 1).TotalMilliseconds, 3);
        });
}
