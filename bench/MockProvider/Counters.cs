using System.Globalization;

namespace Millrace.Bench;

/// <summary>Streams since the start: how many, how many at once. Safe for concurrent use.</summary>
internal sealed class Counters
{
    private long total;
    private long completed;
    private long aborted;
    private int concurrent;
    private int peak;

    /// <summary>Counts a stream that begins, and gives its number.</summary>
    public long Begin()
    {
        var now = Interlocked.Increment(ref concurrent);
        for (var seen = Volatile.Read(ref peak); now > seen; seen = Volatile.Read(ref peak))
            Interlocked.CompareExchange(ref peak, now, seen);
        return Interlocked.Increment(ref total);
    }

    public void End(bool whole)
    {
        Interlocked.Increment(ref whole ? ref completed : ref aborted);
        Interlocked.Decrement(ref concurrent);
    }

    public string ToJson() => string.Create(CultureInfo.InvariantCulture,
        $$"""{"concurrent":{{concurrent}},"peak":{{peak}},"total":{{total}},"completed":{{completed}},"aborted":{{aborted}}}""");
}
