namespace Millrace.Persistence.Contents;

/// <summary>Stored bytes without most of them.</summary>
/// <param name="Length">How many there are.</param>
/// <param name="Head">Their beginning: all of a text that is not too long, the first 16 of anything else.</param>
public sealed record ContentHead(string MediaType, string? Name, long Length, byte[] Head);
