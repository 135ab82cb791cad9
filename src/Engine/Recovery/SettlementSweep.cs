using Millrace.Engine.Telemetry;
using Millrace.Persistence.Budgets;

namespace Millrace.Engine.Recovery;

/// <summary>Budgets that are held for generations which have ended.</summary>
internal sealed class SettlementSweep(ReservationStore reservations) : ISweep
{
    public Task RunAsync(SweepRound round, CancellationToken stopping) => round.EachAsync(
        SweeperFind.Unsettled,
        token => reservations.EndedAsync(SweepRound.Patience, token),
        id => id,
        (id, token) => reservations.SettleAsync(id, spent: null, token),
        stopping);
}
