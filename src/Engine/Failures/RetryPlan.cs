using Millrace.Contracts;
using Millrace.Engine.Settings;
using Millrace.Providers.Failures;

namespace Millrace.Engine.Failures;

/// <summary>
/// Decides what follows a failed call: another try, the next candidate, or the end. It keeps no state, and the jitter is given. Whether the account stops for other
/// generations, too, is for <c>ProviderCooldowns</c> to say.
/// </summary>
internal static class RetryPlan
{
    /// <summary>Longer than what is waited for in place: who waits for a circuit holds no slot.</summary>
    private static readonly TimeSpan ShortestCircuitWait = TimeSpan.FromSeconds(2);

    /// <param name="jitter">0 to 1: how much of the jittered half of the delay is used.</param>
    public static RetryDecision After(Failure failure, RetryState state, RetryOptions options, double jitter)
    {
        var fallbackOrFail = state.HasFallback && MayGoElsewhere(failure.Reason) ? (RetryDecision)new RetryDecision.NextCandidate() : new RetryDecision.GiveUp();
        if (failure.Reason == FailureReason.InvalidOutput && state.CorrectionsLeft > 0) return new RetryDecision.Again(TimeSpan.Zero);
        if (!failure.Reason.IsRetryable()) return fallbackOrFail;
        if (failure.CircuitOpen) return AfterOpenCircuit(failure, state, options, jitter, fallbackOrFail);
        if (state.Excuses(failure)) return AfterRefusedBulk(failure, state, options, jitter, fallbackOrFail);
        if (state.CallsOfCandidate >= options.MaxAttempts) return fallbackOrFail;

        var delay = Backoff(state.CallsOfCandidate, options, jitter);
        if (failure.RetryAfter is { } asked)
        {
            if (asked > options.MaxRetryAfter) return fallbackOrFail;
            if (asked > delay) delay = asked;
        }
        return delay > state.TimeLeft ? fallbackOrFail : new RetryDecision.Again(delay);
    }

    /// <summary>Doubles from the base delay up to the longest; the upper half of it is jittered.</summary>
    public static TimeSpan Backoff(int calls, RetryOptions options, double jitter)
    {
        var full = Math.Min(options.BaseDelay.TotalMilliseconds * Math.Pow(2, Math.Min(calls - 1, 30)), options.MaxDelay.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(full * (0.5 + 0.5 * jitter));
    }

    /// <summary>No call was made, so none is counted: without a fallback the generation waits, within its patience.</summary>
    /// <remarks>
    /// A half-open circuit names a time that has passed already; and all who wait would come back at the same instant.
    /// </remarks>
    private static RetryDecision AfterOpenCircuit(
        Failure failure, RetryState state, RetryOptions options, double jitter, RetryDecision fallbackOrFail)
    {
        var asked = failure.RetryAfter is { } wait && wait > ShortestCircuitWait ? wait : ShortestCircuitWait;
        var delay = asked * (1 + (0.5 * jitter));
        return state.HasFallback || state.Age + delay > options.CircuitPatience || delay > state.TimeLeft
            ? fallbackOrFail
            : new RetryDecision.Again(delay);
    }

    /// <summary>The refusals do not add up to a longer backoff here: the whole account is stopped, for longer each time.</summary>
    private static RetryDecision AfterRefusedBulk(Failure failure, RetryState state, RetryOptions options, double jitter, RetryDecision fallbackOrFail)
    {
        var delay = Backoff(1, options, jitter);
        if (failure.RetryAfter is { } asked && asked > delay) delay = asked * (1 + (0.25 * jitter)); // not all at the same instant
        return delay > state.TimeLeft ? fallbackOrFail : new RetryDecision.Again(delay);
    }

    /// <summary>Another provider can mend what is the provider's, not what is the request's own fault, nor find money where the tenant has none.</summary>
    private static bool MayGoElsewhere(FailureReason reason) => reason is not
        (FailureReason.InvalidRequest or FailureReason.ContentFiltered or FailureReason.OutputLimitExceeded or FailureReason.Expired
        or FailureReason.ToolLoopExceeded or FailureReason.BudgetExceeded or FailureReason.Internal);
}
