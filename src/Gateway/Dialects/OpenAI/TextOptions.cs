using System.Text.Json;

namespace Millrace.Gateway.Dialects.OpenAI;

/// <summary>The form of the text, and how much of it.</summary>
internal sealed record TextOptions(JsonElement? Format = null, string? Verbosity = null);
