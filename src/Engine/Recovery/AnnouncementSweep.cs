using Millrace.Engine.Execution;
using Millrace.Engine.Publishing;
using Millrace.Engine.Settings;
using Millrace.Engine.Telemetry;
using Millrace.Persistence.Announcements;
using Millrace.Persistence.Recovery;

namespace Millrace.Engine.Recovery;

/// <summary>Generations that have ended and whose end was not announced. Those that this worker is about to announce itself are left to it.</summary>
internal sealed class AnnouncementSweep(SweepStore store, RunSet runs, Announcer announcer, WorkerIdentity worker) : ISweep
{
    public Task RunAsync(SweepRound round, CancellationToken stopping) =>
        round.EachAsync(SweeperFind.Unannounced, FindAsync, row => row.GenerationId, announcer.AnnounceAsync, stopping);

    private async Task<List<Announcement>> FindAsync(CancellationToken cancellation) =>
        [.. (await store.UnannouncedAsync(worker.Id, SweepRound.Patience, cancellation)).Where(row => runs.Find(row.GenerationId) is null)];
}
