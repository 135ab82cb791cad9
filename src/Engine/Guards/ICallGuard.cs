using Millrace.Engine.Runs;

namespace Millrace.Engine.Guards;

/// <summary>
/// What stands before a provider call: a limit, a budget, a cooldown, an answer that is there already. The guards are asked one after the other, in the order in which
/// they are registered, before each call, retries included. One instance serves all calls of a worker at the same time.
/// </summary>
public interface ICallGuard
{
    /// <summary>
    /// Whether the call may be made. A guard may wait in place for as long as <see cref="PlannedCall.PatienceLeft"/> says; for a longer wait it answers
    /// <see cref="GuardAnswer.Park"/>, so that no slot is held by waiting.
    /// </summary>
    /// <param name="call">Which call.</param>
    /// <param name="cancellation">Fires when the run has to end. Its exception is the answer then.</param>
    Task<GuardAnswer> AskAsync(PlannedCall call, CancellationToken cancellation);

    /// <summary>The run has ended its generation, in the table. A fault of this must not be thrown: the generation has ended all the same.</summary>
    Task EndedAsync(Run run) => Task.CompletedTask;
}
