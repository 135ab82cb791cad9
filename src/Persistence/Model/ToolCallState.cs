namespace Millrace.Persistence.Model;

/// <summary>The states of a tool call, as they stand in the table. A terminal state is never left.</summary>
public static class ToolCallState
{
    /// <summary>The model has asked for it; nothing has been done.</summary>
    public const string Requested = "requested";

    /// <summary>A person is asked for consent.</summary>
    public const string Approving = "approving";

    /// <summary>Somebody has agreed; nothing has been done.</summary>
    public const string Approved = "approved";

    /// <summary>A worker has begun it.</summary>
    public const string Running = "running";

    /// <summary>The service that owns the tool has been asked.</summary>
    public const string Waiting = "waiting";

    /// <summary>
    /// It is the caller's to make: its generation completes with it, and what comes of it is another request's.
    /// </summary>
    public const string Handed = "handed";

    /// <summary>Terminal: it has a result.</summary>
    public const string Completed = "completed";

    /// <summary>Terminal: it was refused, it failed, or nobody knows.</summary>
    public const string Failed = "failed";

    /// <summary>Terminal: its generation ended first, and it was never begun.</summary>
    public const string Skipped = "skipped";

    /// <summary>True for the states that are never left.</summary>
    public static bool IsTerminal(string state) => state is Completed or Failed or Skipped;
}
