namespace Millrace.Persistence.Contents;

/// <summary>Stored bytes.</summary>
public sealed record StoredContent(string MediaType, string? Name, byte[] Bytes);
