using Microsoft.Extensions.Options;
using Millrace.Engine.Execution;
using Millrace.Engine.Settings;
using Millrace.Engine.Telemetry;
using Millrace.Persistence.Membership;

namespace Millrace.Engine.Recovery;

/// <summary>
/// Generations that the table has said for a while that this worker runs, and that it does not: a claim whose answer was lost. Nobody
/// else would take them while this worker lives. A claim that was just committed is not one: it gets as long as a dead worker.
/// </summary>
internal sealed class LostClaimSweep(WorkerStore workers, RunSet runs, TicketRenewal tickets, WorkerIdentity worker, IOptions<MillraceOptions> options, TimeProvider time)
    : ISweep
{
    private Dictionary<Guid, long> suspects = [];

    public Task RunAsync(SweepRound round, CancellationToken stopping) =>
        round.TryAsync(SweeperFind.OwnedNotRun, token => FreeOwnAsync(round, token), stopping);

    private async Task FreeOwnAsync(SweepRound round, CancellationToken cancellation)
    {
        var owned = await workers.OwnedAsync(worker.Id, cancellation);
        suspects = owned
            .Where(id => runs.Find(id) is null)
            .ToDictionary(id => id, id => suspects.GetValueOrDefault(id, time.GetTimestamp()));
        var lost = suspects.Where(suspect => time.GetElapsedTime(suspect.Value) > options.Value.DeadAfter).Select(suspect => suspect.Key);
        await round.EachOfAsync(SweeperFind.OwnedNotRun, lost, id => id, FreeAsync, cancellation);
    }

    private async Task FreeAsync(Guid generation, CancellationToken cancellation)
    {
        if (await workers.AbandonAsync(generation, worker.Id, cancellation) is { } lane)
            await tickets.SendAsync([(generation, lane)], SweeperFind.OwnedNotRun, cancellation);
    }
}
