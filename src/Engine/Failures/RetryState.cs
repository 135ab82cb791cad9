using Millrace.Contracts;
using Millrace.Providers.Failures;

namespace Millrace.Engine.Failures;

/// <summary>Where a generation stands when a provider call has failed.</summary>
/// <param name="CallsOfCandidate">Calls of this candidate so far, the failed one included.</param>
/// <param name="HasFallback">Whether the request names another candidate.</param>
/// <param name="Age">Time since the first claim: the wait on the lane does not count.</param>
/// <param name="TimeLeft">Time until the request's <c>NotAfter</c>, if it has one.</param>
/// <param name="CorrectionsLeft">How often the model may still be told that its answer has the wrong form.</param>
/// <param name="IsBulk">Nobody waits for it: the provider's rate delays it until its <c>NotAfter</c>, and is no failure.</param>
internal sealed record RetryState(int CallsOfCandidate, bool HasFallback, TimeSpan Age, TimeSpan? TimeLeft, int CorrectionsLeft = 0, bool IsBulk = false)
{
    /// <summary>True when the failed call is none of those that are counted.</summary>
    public bool Excuses(Failure failure) => failure.CircuitOpen || (IsBulk && failure.Reason == FailureReason.RateLimited);
}
