using System.Text.Json;

namespace Millrace.Dialects.OpenAI;

/// <summary>The form of the text, and how much of it.</summary>
public sealed record TextOptions(JsonElement? Format = null, string? Verbosity = null);
