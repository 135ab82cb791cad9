namespace Millrace.Gateway.Dialects.OpenAI;

/// <summary>A call in an assistant's message.</summary>
internal sealed record ChatCall(string? Id, ChatFunction? Function);
