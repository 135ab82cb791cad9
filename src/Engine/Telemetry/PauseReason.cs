using Millrace.Contracts;
using Millrace.Providers.Failures;

namespace Millrace.Engine.Telemetry;

/// <summary>Why a generation waits before another provider call.</summary>
internal static class PauseReason
{
    public const string RateLimited = "rate_limited";
    public const string Limited = "limited";
    public const string CircuitOpen = "circuit_open";
    public const string Backoff = "backoff";
    public const string SameQuestion = "same_question";

    public static IReadOnlyList<string> All { get; } = [RateLimited, Limited, CircuitOpen, Backoff, SameQuestion];

    public static string Of(Failure failure) => failure switch
    {
        { CircuitOpen: true } => CircuitOpen,
        { Reason: FailureReason.RateLimited } => RateLimited,
        _ => Backoff,
    };
}
