using Microsoft.Extensions.Options;

namespace Millrace.Engine.Settings;

/// <summary>
/// How long this worker may be sure that what it has claimed is still its own. Others take it for dead when its heartbeat is late, so a late one ends the term: in
/// the next one everything that was claimed before has to be asked for in the table. Measured with this process's clock, which goes on while the process is
/// stopped. Safe for concurrent use.
/// </summary>
public sealed class Lease(IOptions<MillraceOptions> options, TimeProvider time)
{
    private readonly Lock gate = new();
    private long? renewedAt;
    private long term;

    /// <summary>True when the database has taken a heartbeat lately.</summary>
    public bool IsFresh
    {
        get { lock (gate) return Holds; }
    }

    /// <summary>The number of the term, or null while the heartbeat is late.</summary>
    public long? Term
    {
        get { lock (gate) return Holds ? term : null; }
    }

    private bool Holds => renewedAt is { } at && time.GetElapsedTime(at) < options.Value.DeadAfter / 2;

    /// <summary>The database has just taken a heartbeat that was sent at <paramref name="sentAt"/>, a timestamp.</summary>
    public void Renew(long sentAt)
    {
        lock (gate)
        {
            if (!Holds) term++;
            renewedAt = sentAt;
        }
    }
}
