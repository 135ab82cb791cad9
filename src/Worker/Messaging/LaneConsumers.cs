using Millrace.Engine.Dispatch;
using Millrace.Engine.Execution;
using Millrace.Engine.Settings;
using Millrace.Persistence.Generations;

namespace Millrace.Worker.Messaging;

/// <summary>Makes the consumers of the lanes.</summary>
internal sealed class LaneConsumers(RunStore store, RunSet runs, TicketSender tickets, UnreadableGeneration spoilt, WorkerIdentity worker, Lease lease)
{
    public LaneConsumer Create(Lane lane) => new(lane, store, runs, tickets, spoilt, worker, lease);
}
