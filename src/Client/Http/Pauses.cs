namespace Millrace.Client.Http;

/// <summary>How long to wait between tries: 100 ms, doubling to 3 s, and each time something between half and one and a half of it, so that clients of one gateway do not come back at once.</summary>
internal sealed class Pauses
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(3);

    private TimeSpan next = Shortest;

    /// <summary>Something came: the next trouble is a new one.</summary>
    public void Reset() => next = Shortest;

    /// <param name="named">What the other side asked for, which is the least then.</param>
    public TimeSpan Next(TimeSpan? named)
    {
        var pause = next * (0.5 + Random.Shared.NextDouble());
        next = next * 2 < Longest ? next * 2 : Longest;
        return named > pause ? named.Value : pause;
    }
}
