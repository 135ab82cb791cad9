using Millrace.Contracts;
using Millrace.Engine.Failures;
using Millrace.Engine.Settings;
using Millrace.Providers.Failures;

namespace Millrace.Tests.Runs;

public sealed class RetryTableTests
{
    private static readonly RetryOptions Defaults = new();

    /// <summary>One row for each reason, so that a new one cannot come without a decision.</summary>
    public static TheoryData<FailureReason, string, string> Reasons => new()
    {
        { FailureReason.InvalidRequest, "GiveUp", "GiveUp" },
        { FailureReason.UnknownProvider, "GiveUp", "NextCandidate" },
        { FailureReason.ModelNotFound, "GiveUp", "NextCandidate" },
        { FailureReason.Authentication, "GiveUp", "NextCandidate" },
        { FailureReason.QuotaExceeded, "GiveUp", "NextCandidate" },
        { FailureReason.BudgetExceeded, "GiveUp", "GiveUp" },
        { FailureReason.RateLimited, "Again", "Again" },
        { FailureReason.ContextLengthExceeded, "GiveUp", "NextCandidate" },
        { FailureReason.ContentFiltered, "GiveUp", "GiveUp" },
        { FailureReason.ProviderUnavailable, "Again", "Again" },
        { FailureReason.ProviderError, "Again", "Again" },
        { FailureReason.IncompleteStream, "Again", "Again" },
        { FailureReason.FirstTokenTimeout, "Again", "Again" },
        { FailureReason.IdleTimeout, "Again", "Again" },
        { FailureReason.TotalTimeout, "GiveUp", "NextCandidate" },
        { FailureReason.SessionBusy, "Again", "Again" },
        { FailureReason.Expired, "GiveUp", "GiveUp" },
        { FailureReason.UnsupportedFeature, "GiveUp", "NextCandidate" },
        { FailureReason.ToolLoopExceeded, "GiveUp", "GiveUp" },
        { FailureReason.OutputLimitExceeded, "GiveUp", "GiveUp" },
        { FailureReason.InvalidOutput, "GiveUp", "NextCandidate" },
        { FailureReason.Internal, "GiveUp", "GiveUp" },
    };

    [Theory]
    [MemberData(nameof(Reasons))]
    public void The_first_failure_is_answered_by_its_reason(FailureReason reason, string alone, string withFallback)
    {
        var failure = new Failure(reason, "failed");

        Assert.Equal(alone, Decide(failure, fallback: false).GetType().Name);
        Assert.Equal(withFallback, Decide(failure, fallback: true).GetType().Name);
    }

    [Fact]
    public void Every_reason_has_its_row() =>
        Assert.Equal(Enum.GetValues<FailureReason>(), Reasons.Select(row => row.Data.Item1));

    [Theory]
    [InlineData(1, 0, 250)]
    [InlineData(1, 1, 500)]
    [InlineData(3, 1, 2_000)]
    public void Without_a_wish_of_the_provider_the_delay_is_the_backoff(int calls, double jitter, int milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), AgainAfter(Unavailable(null), calls, jitter));

    [Fact]
    public void A_longer_wish_of_the_provider_replaces_the_backoff_and_a_shorter_one_does_not()
    {
        Assert.Equal(TimeSpan.FromSeconds(2), AgainAfter(Unavailable(2), 1, 1));
        Assert.Equal(TimeSpan.FromSeconds(2), AgainAfter(Unavailable(0.1), 3, 1));
    }

    [Fact]
    public void A_wish_that_is_too_long_goes_elsewhere_or_fails()
    {
        Assert.IsType<RetryDecision.NextCandidate>(Decide(Unavailable(3601), fallback: true));
        Assert.IsType<RetryDecision.GiveUp>(Decide(Unavailable(3601), fallback: false));
    }

    [Fact]
    public void An_open_circuit_is_waited_for_only_without_a_fallback_and_within_the_patience()
    {
        var open = new Failure(FailureReason.ProviderUnavailable, "open") { CircuitOpen = true, RetryAfter = TimeSpan.FromSeconds(9) };

        Assert.IsType<RetryDecision.NextCandidate>(Decide(open, fallback: true));
        Assert.Equal(new RetryDecision.Again(TimeSpan.FromSeconds(9)), Decide(open, fallback: false, calls: 20, jitter: 0));
        Assert.IsType<RetryDecision.GiveUp>(RetryPlan.After(open, new RetryState(1, false, TimeSpan.FromSeconds(592), null), Defaults, 0));
    }

    [Theory]
    [InlineData(-30)]
    [InlineData(0)]
    public void A_half_open_circuit_names_a_time_that_has_passed_and_is_waited_for_all_the_same(int seconds)
    {
        var open = new Failure(FailureReason.ProviderUnavailable, "open") { CircuitOpen = true, RetryAfter = TimeSpan.FromSeconds(seconds) };

        var again = Assert.IsType<RetryDecision.Again>(Decide(open, fallback: false));

        Assert.InRange(again.Delay, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3)); // longer than a wait in place: it holds no slot
    }

    [Fact]
    public void A_refusal_for_the_rate_counts_for_interactive_and_not_for_bulk()
    {
        var refused = new Failure(FailureReason.RateLimited, "429") { RetryAfter = TimeSpan.FromSeconds(8) };

        Assert.IsType<RetryDecision.GiveUp>(Decide(refused, fallback: false, calls: 4));
        Assert.Equal(new RetryDecision.Again(TimeSpan.FromSeconds(10)), RetryPlan.After(refused, new RetryState(4, true, TimeSpan.Zero, null, IsBulk: true), Defaults, 1));
        Assert.IsType<RetryDecision.NextCandidate>(RetryPlan.After(refused, new RetryState(4, true, TimeSpan.Zero, TimeSpan.FromSeconds(7), IsBulk: true), Defaults, 1));
    }

    private static TimeSpan AgainAfter(Failure failure, int calls, double jitter) =>
        Assert.IsType<RetryDecision.Again>(Decide(failure, fallback: false, calls, jitter)).Delay;

    private static RetryDecision Decide(Failure failure, bool fallback, int calls = 1, double jitter = 0.5) =>
        RetryPlan.After(failure, new RetryState(calls, fallback, TimeSpan.Zero, null), Defaults, jitter);

    private static Failure Unavailable(double? seconds) =>
        new(FailureReason.ProviderUnavailable, "away") { RetryAfter = seconds is { } s ? TimeSpan.FromSeconds(s) : null };
}
