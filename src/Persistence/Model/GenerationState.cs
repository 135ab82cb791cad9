namespace Millrace.Persistence.Model;

/// <summary>The states of a generation, as they stand in the table. A terminal state is never left.</summary>
public static class GenerationState
{
    /// <summary>Runnable; a ticket on its lane says so.</summary>
    public const string Queued = "queued";

    /// <summary>Of the class bulk, and not yet let go to its lane; then it is queued.</summary>
    public const string Held = "held";

    /// <summary>Behind other turns of its session; the end of the one before it makes it runnable.</summary>
    public const string Waiting = "waiting";

    /// <summary>Waits for <c>not_before</c> without holding a slot.</summary>
    public const string Parked = "parked";

    /// <summary>Owned by a worker.</summary>
    public const string Running = "running";

    /// <summary>Terminal: answered.</summary>
    public const string Completed = "completed";

    /// <summary>Terminal: failed.</summary>
    public const string Failed = "failed";

    /// <summary>Terminal: cancelled.</summary>
    public const string Cancelled = "cancelled";

    /// <summary>True for the three states that are never left.</summary>
    public static bool IsTerminal(string state) => state is Completed or Failed or Cancelled;
}
