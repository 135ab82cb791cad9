using Microsoft.Extensions.Options;
using Millrace.Engine.Settings;

namespace Millrace.Engine.Runs;

/// <summary>
/// How long a stream waits between two chunks: the set interval, or longer when so many streams are live that the worker would
/// send more events a second than its budget.
/// </summary>
public sealed class ChunkPace(IOptions<MillraceOptions> options)
{
    private int live;

    public TimeSpan Interval
    {
        get
        {
            var chunks = options.Value.Chunks;
            var fair = TimeSpan.FromSeconds((double)Volatile.Read(ref live) / chunks.EventsPerSecond);
            return fair > chunks.Interval ? fair : chunks.Interval;
        }
    }

    public int Size => options.Value.Chunks.Size;

    public void Enter() => Interlocked.Increment(ref live);

    public void Leave() => Interlocked.Decrement(ref live);
}
