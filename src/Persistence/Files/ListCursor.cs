namespace Millrace.Persistence.Files;

/// <summary>Where a page of a list of batches or files begins: behind this one.</summary>
public sealed record ListCursor(DateTimeOffset CreatedAt, Guid Id);
