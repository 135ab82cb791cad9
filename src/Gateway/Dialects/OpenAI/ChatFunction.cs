namespace Millrace.Gateway.Dialects.OpenAI;

/// <summary>What is called.</summary>
internal sealed record ChatFunction(string? Name, string? Arguments);
