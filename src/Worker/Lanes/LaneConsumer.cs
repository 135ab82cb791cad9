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
        if (await StartAsync(context.Message.GenerationId, lost) is { } ended) await ended.WaitAsync(lost);
    }

    /// <summary>The end of the run, which frees the slot; or null, and the slot is free, when the generation is not to be had.</summary>
    private async Task<Task?> StartAsync(Guid generation, CancellationToken lost)
    {
        Task? ended = null;
        try
        {
            if (await store.ClaimAsync(generation, worker.Id, lane.Name, lost) is { } claim) ended = runs.Start(claim, lane);
            return ended;
        }
        finally
        {
            if (ended is null) lane.FreeSlot();
        }
    }
}
