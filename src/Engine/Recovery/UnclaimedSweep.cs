using Millrace.Engine.Endings;
using Millrace.Engine.Telemetry;
using Millrace.Persistence.Recovery;

namespace Millrace.Engine.Recovery;

/// <summary>Generations that no worker has claimed and that are to end: cancelled, or expired.</summary>
internal sealed class UnclaimedSweep(SweepStore store, UnclaimedCompletion unclaimed) : ISweep
{
    public async Task RunAsync(SweepRound round, CancellationToken stopping)
    {
        await round.EachAsync(SweeperFind.Cancelled, store.CancelledAsync, id => id, unclaimed.CancelAsync, stopping);
        await round.EachAsync(SweeperFind.Expired, store.ExpiredAsync, id => id, unclaimed.ExpireAsync, stopping);
    }
}
