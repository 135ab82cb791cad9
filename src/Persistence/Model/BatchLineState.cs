namespace Millrace.Persistence.Model;

/// <summary>The states of a line, as they stand in the table.</summary>
public static class BatchLineState
{
    /// <summary>Not yet let go.</summary>
    public const string Pending = "pending";

    /// <summary>A generation.</summary>
    public const string Released = "released";

    /// <summary>Its generation has an answer.</summary>
    public const string Completed = "completed";

    /// <summary>Its generation has failed.</summary>
    public const string Failed = "failed";

    /// <summary>Its generation was cancelled.</summary>
    public const string Cancelled = "cancelled";
}
