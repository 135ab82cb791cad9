using Millrace.Engine.Publishing;
using Millrace.Engine.Settings;
using Millrace.Engine.Telemetry;
using Millrace.Persistence.Chunks;
using Millrace.Persistence.Generations;

namespace Millrace.Engine.Runs;

/// <summary>Opens the streams of runs, each behind what is in the log of its generation.</summary>
public sealed class ChunkStreams(ChunkLog log, RunStore store, EventSender events, ChunkPace pace, FleetMetrics metrics, Lease lease, TimeProvider time)
{
    public async Task<ChunkStream> OpenAsync(Run run)
    {
        var isFirstClaim = run.Claim.Fence.Epoch == 1; // its log is empty: no need to look
        var tail = isFirstClaim ? null : await log.TailAsync(run.Id, run.Muted);
        return new(run, tail, log, new Tenure(run, store, lease), events, pace, metrics, time);
    }
}
