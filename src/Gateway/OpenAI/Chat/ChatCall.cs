namespace Millrace.Gateway.OpenAI.Chat;

/// <summary>A call in an assistant's message.</summary>
internal sealed record ChatCall(string? Id, ChatFunction? Function);
