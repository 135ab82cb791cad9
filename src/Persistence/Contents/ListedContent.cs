namespace Millrace.Persistence.Contents;

/// <summary>Stored bytes as a list shows them.</summary>
public sealed record ListedContent(Guid Id, string MediaType, string? Name, long Length);
