namespace Millrace.Persistence;

/// <summary>What a key may be limited in.</summary>
public enum KeyLimit
{
    /// <summary>Generations made in a minute.</summary>
    Requests,

    /// <summary>Tokens of the generations that ended in a minute.</summary>
    Tokens,

    /// <summary>Generations that have not ended.</summary>
    Concurrent,
}

/// <summary>How a limit stands.</summary>
/// <param name="Limit">What it is.</param>
/// <param name="Used">How much of it is in use.</param>
/// <param name="Free">When some of it is free again; zero if some is.</param>
/// <param name="Reset">When nothing of it is in use any more, if nothing more is used.</param>
public sealed record LimitStanding(int Limit, long Used, TimeSpan Free, TimeSpan Reset)
{
    public bool IsFull => Used >= Limit;

    public long Remaining => Math.Max(0, Limit - Used);
}

/// <summary>The arithmetic of sliding minutes.</summary>
public static class SlidingMinute
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <summary>How a limit stands by what was used within the last minute.</summary>
    /// <param name="limit">The most in any minute.</param>
    /// <param name="uses">How long ago something was used, in milliseconds, and how much of it; the oldest first.</param>
    public static LimitStanding Of(int limit, IReadOnlyList<(long Age, long Amount)> uses)
    {
        var used = uses.Sum(use => use.Amount);
        var (left, free) = (used, TimeSpan.Zero);
        for (var i = 0; i < uses.Count && left >= limit; i++)
        {
            left -= uses[i].Amount;
            free = Until(uses[i].Age);
        }
        return new(limit, used, free, uses.Count > 0 ? Until(uses[^1].Age) : TimeSpan.Zero);
    }

    /// <summary>Ages can be below zero: a transaction's clock stands still while it waits for its turn.</summary>
    private static TimeSpan Until(long age) => Minute - TimeSpan.FromMilliseconds(Math.Clamp(age, 0, 60_000));
}
