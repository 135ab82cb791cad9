namespace Millrace.Tests.Servers;

/// <summary>
/// The machine's clock, which a test can put forward: what a worker waits for until a time is over then when it looks the next time. Timers that already run keep their time.
/// </summary>
internal sealed class MovableClock : TimeProvider
{
    private long ahead;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + TimeSpan.FromTicks(Volatile.Read(ref ahead));

    public override long GetTimestamp() => System.GetTimestamp() + (long)(TimeSpan.FromTicks(Volatile.Read(ref ahead)).TotalSeconds * TimestampFrequency);

    public void Advance(TimeSpan span) => Interlocked.Add(ref ahead, span.Ticks);
}
