namespace Millrace.Dialects.OpenAI;

/// <summary>How a tool stands in a response.</summary>
/// <param name="Name">Its name, in its namespace if it has one.</param>
/// <param name="Namespace">The group that it belongs to.</param>
/// <param name="IsCustom">It takes a text, and no JSON.</param>
public readonly record struct ShownTool(string Name, string? Namespace = null, bool IsCustom = false);
