namespace Millrace.Persistence.Announcements;

/// <summary>A terminal event as it was committed.</summary>
/// <param name="Outcome">The event as JSON. Absent in a row that something else has spoilt.</param>
public sealed record Announcement(Guid GenerationId, string Channel, string State, string? Outcome)
{
    /// <summary>What it carries of the message that asked for the generation, as JSON.</summary>
    public string? Correlation { get; init; }

    /// <summary>Who wants it as an answer and has not had it: a JSON object a line.</summary>
    public string? Requesters { get; init; }
}
