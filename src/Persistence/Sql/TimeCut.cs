namespace Millrace.Persistence.Sql;

/// <summary>Where a time is cut when rows are put into groups.</summary>
public enum TimeCut
{
    /// <summary><c>2026-11-27T13:00Z</c>.</summary>
    Hour,

    /// <summary><c>2026-11-27</c>.</summary>
    Day,

    /// <summary><c>2026-11</c>.</summary>
    Month,
}
