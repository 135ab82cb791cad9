using Millrace.Engine.Runs;
using Millrace.Providers.Failures;

namespace Millrace.Engine.Guards;

/// <summary>What a guard says to a call: one of the four.</summary>
public abstract record GuardAnswer
{
    private GuardAnswer()
    {
    }

    /// <summary>The call may be made, and the guard holds nothing for it.</summary>
    public static GuardAnswer Free { get; } = new Proceed(new Nothing());

    /// <summary>The call may be made. The lease is released when it has ended.</summary>
    public sealed record Proceed(ICallLease Lease) : GuardAnswer;

    /// <summary>Not now: the generation gives its slot up and comes back after the delay. It is no attempt.</summary>
    /// <param name="Delay">From now on.</param>
    /// <param name="Reason">For the metrics: one of the fixed words of <see cref="Telemetry.PauseReason"/>, or another one.</param>
    public sealed record Park(TimeSpan Delay, string Reason) : GuardAnswer
    {
        /// <summary>
        /// This worker brings it back to the moment, because a place is kept for it, and not later than its <c>NotAfter</c>.
        /// Where it is false the sweeper finds it, within a second, or an event wakes it.
        /// </summary>
        public bool IsPunctual { get; init; }
    }

    /// <summary>No call is needed: this is the answer.</summary>
    public sealed record Answered(Answer Answer, string Text, string? Reasoning) : GuardAnswer;

    /// <summary>The call must not be made, and the generation has failed.</summary>
    public sealed record Refused(Failure Failure) : GuardAnswer;

    private sealed class Nothing : ICallLease
    {
        public ValueTask ReleaseAsync(CallEnd end) => ValueTask.CompletedTask;
    }
}
