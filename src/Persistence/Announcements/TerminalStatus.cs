namespace Millrace.Persistence.Announcements;

/// <summary>Where a generation's events go, and its terminal event if it has ended.</summary>
public sealed record TerminalStatus(string Channel, Guid? SessionId, Announcement? Terminal);
