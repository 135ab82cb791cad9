using System.Globalization;

namespace Millrace.Bench;

/// <summary>Streams since the start: how many, how many at once. Safe for concurrent use.</summary>
internal sealed class Counters
{
    private long _total;
    private long _completed;
    private long _aborted;
    private int _concurrent;
    private int _peak;

    /// <summary>Counts a stream that begins, and gives its number.</summary>
    public long Begin()
    {
        var now = Interlocked.Increment(ref _concurrent);
        for (var peak = Volatile.Read(ref _peak); now > peak; peak = Volatile.Read(ref _peak))
            Interlocked.CompareExchange(ref _peak, now, peak);
        return Interlocked.Increment(ref _total);
    }

    public void End(bool whole)
    {
        Interlocked.Increment(ref whole ? ref _completed : ref _aborted);
        Interlocked.Decrement(ref _concurrent);
    }

    public string ToJson() => string.Create(CultureInfo.InvariantCulture,
        $$"""{"concurrent":{{_concurrent}},"peak":{{_peak}},"total":{{_total}},"completed":{{_completed}},"aborted":{{_aborted}}}""");
}
