namespace Millrace.Persistence.Generations;

/// <summary>Where a page of a list begins: behind this one.</summary>
public sealed record GenerationCursor(DateTimeOffset ReceivedAt, Guid Id);
