namespace Millrace.Engine.Failures;

/// <summary>What to do after a failed provider call.</summary>
internal abstract record RetryDecision
{
    /// <summary>Call the same candidate again after the delay.</summary>
    public sealed record Again(TimeSpan Delay) : RetryDecision;

    /// <summary>Go to the request's next fallback.</summary>
    public sealed record NextCandidate : RetryDecision;

    /// <summary>The generation has failed.</summary>
    public sealed record GiveUp : RetryDecision;
}
