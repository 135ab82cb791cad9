using System.Text.Json;
using MassTransit;
using Millrace.Engine.Dispatch;
using Millrace.Engine.Execution;
using Millrace.Engine.Settings;
using Millrace.Persistence.Generations;

namespace Millrace.Worker.Messaging;

/// <summary>
/// Takes a slot, claims the ticket's generation and holds the ticket until the run has ended. The run does not belong to the
/// delivery: when the connection is lost the wait ends, the run goes on, and the redelivered ticket finds its owner alive.
/// </summary>
internal sealed class LaneConsumer(
    Lane lane, RunStore store, RunSet runs, TicketSender tickets, UnreadableGeneration spoilt, WorkerIdentity worker, Lease lease) : IConsumer<RunTicket>
{
    public async Task Consume(ConsumeContext<RunTicket> context)
    {
        var lost = context.CancellationToken;
        await lane.TakeSlotAsync(lost);
        await RunAsync(context.Message.GenerationId).WaitAsync(lost);
    }

    /// <summary>A row that cannot be read would come back as soon as it is given up: it ends here, and the log has it.</summary>
    private async Task<Task?> StartAsync(Claim claim, long? term)
    {
        try
        {
            return runs.Start(claim, lane, term);
        }
        catch (JsonException unreadable)
        {
            await spoilt.EndAsync(claim, unreadable);
            return null;
        }
    }

    /// <summary>A claim is carried through also when the delivery is lost meanwhile: nobody else would know of it.</summary>
    private async Task RunAsync(Guid generation)
    {
        Task? ended = null;
        var term = lease.Term; // before the claim: what comes between ends it
        try
        {
            if (runs.IsClosing) await tickets.SendAsync(generation, lane.Name, CancellationToken.None); // for the others
            else if (await store.ClaimAsync(generation, worker.Id, lane.Name, CancellationToken.None) is { } claim) ended = await StartAsync(claim, term);
        }
        finally
        {
            if (ended is null) lane.FreeSlot();
        }
        if (ended is not null) await ended;
    }
}
