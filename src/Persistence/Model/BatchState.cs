namespace Millrace.Persistence.Model;

/// <summary>The states of a batch, as they stand in the table.</summary>
public static class BatchState
{
    /// <summary>Its file is being read; nothing runs.</summary>
    public const string Validating = "validating";

    /// <summary>Its lines run, a window of them at a time.</summary>
    public const string InProgress = "in_progress";

    /// <summary>Somebody has asked to end it; what is out is being stopped.</summary>
    public const string Cancelling = "cancelling";

    /// <summary>Its window is over; what is out is being stopped.</summary>
    public const string Expiring = "expiring";

    /// <summary>Its money is used up; what is out ends by itself.</summary>
    public const string Exhausted = "exhausted";

    /// <summary>Ended: every line has a result.</summary>
    public const string Completed = "completed";

    /// <summary>Ended: the file was refused, and nothing has run.</summary>
    public const string Failed = "failed";

    /// <summary>Ended: what had not ended when its window was over has no result.</summary>
    public const string Expired = "expired";

    /// <summary>Ended: what had not ended when it was cancelled has no result.</summary>
    public const string Cancelled = "cancelled";

    /// <summary>True for a state that is left only to run failed lines again.</summary>
    public static bool IsTerminal(string state) => state is Completed or Failed or Expired or Cancelled;
}
