namespace Millrace.Persistence;

/// <summary>Where a generation's events go, and its terminal event if it has ended.</summary>
public sealed record Standing(string Channel, Guid? SessionId, Announcement? Terminal);
