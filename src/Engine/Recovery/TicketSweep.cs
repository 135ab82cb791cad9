using Millrace.Engine.Dispatch;
using Millrace.Engine.Settings;
using Millrace.Engine.Telemetry;
using Millrace.Persistence.Recovery;

namespace Millrace.Engine.Recovery;

/// <summary>Generations that could run and have no ticket: parked and due, queued without one, running on a dead worker.</summary>
internal sealed class TicketSweep(SweepStore store, LaneSet lanes, TicketRenewal tickets, WorkerIdentity worker) : ISweep
{
    public async Task RunAsync(SweepRound round, CancellationToken stopping)
    {
        await RenewAsync(SweeperFind.Due, store.DueAsync, round, stopping);
        foreach (var lane in lanes.All.Where(lane => lane.HasHadRoomFor(SweepRound.Patience)))
            await RenewAsync(SweeperFind.WithoutTicket, token => store.LostAsync(lane.Name, SweepRound.Patience, token), round, stopping);
        await RenewAsync(SweeperFind.OnDeadWorker, token => store.OrphanedAsync(worker.Id, token), round, stopping);
    }

    private Task RenewAsync(string what, Func<CancellationToken, Task<List<(Guid Id, string Lane)>>> find, SweepRound round, CancellationToken stopping) =>
        round.TryAsync(what, async token => await tickets.SendAsync(await find(token), what, token), stopping);
}
