namespace Millrace.Dialects.OpenAI;

/// <summary>A call in an assistant's message.</summary>
public sealed record ChatCall(string? Id, ChatFunction? Function);
