namespace Millrace.Engine.Settings;

/// <summary>How a stream is cut into chunks, section <c>Millrace:Chunks</c>.</summary>
public sealed class ChunkOptions
{
    /// <summary>The least time between two chunks of a stream after its first, 0 to 10 s. Default: 25 ms.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromMilliseconds(25);

    /// <summary>Characters after which a chunk does not wait for the interval, 1 to 65,536. Default: 4,096.</summary>
    public int Size { get; set; } = 4096;

    /// <summary>
    /// Chunk events that one worker sends in a second, 1 to 100,000; with many live streams the interval grows to keep it.
    /// Default: 1,000.
    /// </summary>
    public int EventsPerSecond { get; set; } = 1000;
}
