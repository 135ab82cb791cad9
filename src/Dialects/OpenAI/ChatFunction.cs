namespace Millrace.Dialects.OpenAI;

/// <summary>What is called.</summary>
public sealed record ChatFunction(string? Name, string? Arguments);
