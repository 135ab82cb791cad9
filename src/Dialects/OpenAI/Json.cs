using System.Text.Json;

namespace Millrace.Dialects.OpenAI;

/// <summary>Reading what may be there in one form or another.</summary>
public static class Json
{
    /// <summary>A text property, or null when it is absent, null or no text.</summary>
    public static string? Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>A property, or null when it is absent, or this is no object.</summary>
    public static JsonElement? Property(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) ? value : null;

    /// <summary>False for what a client sends when it means nothing.</summary>
    public static bool IsGiven(JsonElement? json) => json is { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) };
}
