namespace Millrace.Persistence.Fleet;

/// <summary>How a lane stands for who joins it.</summary>
/// <param name="Waiting">Generations that could run and wait, as far as 10,000.</param>
/// <param name="Ended">Generations of it that have ended in the last minute.</param>
public sealed record LaneQueue(long Waiting, long Ended)
{
    /// <summary>When one at a place begins, or null if nothing tells.</summary>
    public TimeSpan? WaitAt(long position) => Ended == 0 ? null : TimeSpan.FromMinutes((double)position / Ended);
}
