namespace Millrace.Persistence.Model;

/// <summary>
/// How far a limit's budget is given away, for the whole fleet. All times are microseconds of the database's clock
/// since 1970; a time that has passed says that there is room now.
/// </summary>
internal sealed class RateBudget
{
    /// <summary>What the limit is of: provider, tenant and model.</summary>
    public required string Scope { get; set; }

    /// <summary>When the next request may be made.</summary>
    public long RequestsAt { get; set; }

    /// <summary>When the next tokens may be used.</summary>
    public long TokensAt { get; set; }

    /// <summary>From when a bulk call goes before interactive ones: the floor below which bulk does not fall.</summary>
    public long BulkAt { get; set; }

    /// <summary>The place of the next interactive generation that is parked for this budget.</summary>
    public long ParkAt { get; set; }

    /// <summary>The same for bulk.</summary>
    public long BulkParkAt { get; set; }
}
