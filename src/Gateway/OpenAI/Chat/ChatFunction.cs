namespace Millrace.Gateway.OpenAI.Chat;

/// <summary>What is called.</summary>
internal sealed record ChatFunction(string? Name, string? Arguments);
