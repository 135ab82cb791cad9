using MassTransit;
using Millrace.Persistence;
using Millrace.Worker.Fleet;
using Millrace.Worker.Runs;

namespace Millrace.Worker.Lanes;

/// <summary>
/// Takes a slot, claims the ticket's generation and holds the ticket until the run has ended. The run does not belong to the
/// delivery: when the connection is lost the wait ends, the run goes on, and the redelivered ticket finds its owner alive.
/// </summary>
internal sealed class LaneConsumer(Lane lane, RunStore store, RunSet runs, WorkerIdentity worker) : IConsumer<RunTicket>
{
    public async Task Consume(ConsumeContext<RunTicket> context)
    {
        var lost = context.CancellationToken;
        await lane.TakeSlotAsync(lost);
        Claim? claim = null;
        try
        {
            claim = await store.ClaimAsync(context.Message.GenerationId, worker.Id, lane.Name, lost);
        }
        finally
        {
            if (claim is null) lane.FreeSlot();
        }
        if (claim is not null) await runs.Start(claim, lane).WaitAsync(lost);
    }
}
