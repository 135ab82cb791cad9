namespace Millrace.Engine.Limits;

/// <summary>What comes of a request.</summary>
public abstract record LeaseDecision
{
    /// <summary>It stays where it is: its turn comes soon.</summary>
    public sealed record Stay : LeaseDecision;

    /// <summary>It may call, from <paramref name="At"/> on and for <see cref="Gcra.Grace"/>.</summary>
    /// <param name="At">Microseconds of the database's clock.</param>
    public sealed record Granted(long At) : LeaseDecision;

    /// <summary>The same, by this process's own clock.</summary>
    /// <param name="From">Not before this timestamp.</param>
    /// <param name="Through">Not after this one.</param>
    public sealed record Open(long From, long Through) : LeaseDecision;

    /// <summary>It comes back after a time.</summary>
    public sealed record Park(TimeSpan For) : LeaseDecision;
}
