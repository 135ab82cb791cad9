using System.Globalization;

namespace Millrace.Bench;

/// <summary>
/// What a provider with a limit sees: every call that arrives, and the most of them in any 60 seconds. A call over the limit is refused, and counted: there should
/// be none. Safe for concurrent use.
/// </summary>
internal sealed class RateWindow(int? limit)
{
    private const long WindowUs = 60_000_000;

    private readonly Lock gate = new();
    private readonly Queue<long> arrivals = new();
    private long first;
    private long last;
    private long total;
    private long refused;
    private int most;

    /// <summary>True if the call may be answered.</summary>
    public bool Enter(long nowUs)
    {
        lock (gate)
        {
            while (arrivals.Count > 0 && nowUs - arrivals.Peek() >= WindowUs) arrivals.Dequeue();
            arrivals.Enqueue(nowUs);
            (first, last, total) = (first == 0 ? nowUs : first, nowUs, total + 1);
            most = Math.Max(most, arrivals.Count);
            if (!(arrivals.Count > limit)) return true;
            refused++;
            return false;
        }
    }

    /// <summary>Counts anew. What is in the window stays there.</summary>
    public void Restart()
    {
        lock (gate) (first, last, total, refused, most) = (0, 0, 0, 0, 0);
    }

    public string ToJson()
    {
        lock (gate)
        {
            return string.Create(CultureInfo.InvariantCulture,
                $$"""{"calls":{{total}},"refused":{{refused}},"mostInAMinute":{{most}},"seconds":{{(last - first) / 1e6:0.000}}}""");
        }
    }
}
