namespace Millrace.Engine.Limits;

/// <summary>What comes of an ask.</summary>
public abstract record Verdict
{
    /// <summary>It stays where it is: its turn comes soon.</summary>
    public sealed record Stay : Verdict;

    /// <summary>It may call, from <paramref name="At"/> on and for <see cref="Pace.Grace"/>.</summary>
    /// <param name="At">Microseconds of the database's clock.</param>
    public sealed record Granted(long At) : Verdict;

    /// <summary>The same, by this process's own clock.</summary>
    /// <param name="From">Not before this timestamp.</param>
    /// <param name="Through">Not after this one.</param>
    public sealed record Open(long From, long Through) : Verdict;

    /// <summary>It comes back after a time.</summary>
    public sealed record Park(TimeSpan For) : Verdict;
}
