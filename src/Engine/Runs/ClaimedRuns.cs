using Millrace.Engine.Dispatch;
using Millrace.Persistence.Generations;
using Millrace.Persistence.Sessions;
using Millrace.Persistence.ToolCalls;

namespace Millrace.Engine.Runs;

/// <summary>Takes claimed generations into this worker's hands.</summary>
public sealed class ClaimedRuns(ChunkStreams streams, StepLog steps, RunStore store, ToolCallStore calls, TurnStore turns, TicketSender tickets)
{
    public ClaimedRun Of(Run run) => new(run, streams, steps, store, calls, turns, tickets);
}
