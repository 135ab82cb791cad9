namespace Millrace.Persistence.Usage;

/// <summary>What a report of usage has a row for each of.</summary>
public enum UsageGroup
{
    /// <summary><c>2026-11-27T13:00Z</c>.</summary>
    Hour,

    /// <summary><c>2026-11-27</c>, in UTC.</summary>
    Day,

    /// <summary><c>2026-11</c>, in UTC.</summary>
    Month,

    /// <summary>Whose they are.</summary>
    Tenant,

    /// <summary>The provider that was asked last.</summary>
    Provider,

    /// <summary>Its model.</summary>
    Model,

    /// <summary>The session; empty for those without one.</summary>
    Session,

    /// <summary>The producer's label.</summary>
    Channel,

    /// <summary><c>interactive</c> or <c>bulk</c>.</summary>
    Class,

    /// <summary>The state that they are in.</summary>
    State,
}
