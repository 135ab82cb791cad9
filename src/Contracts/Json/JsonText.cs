using System.Runtime.InteropServices;
using System.Text.Json;

namespace Millrace.Contracts;

/// <summary>
/// What can be told again of JSON that a caller wrote. It is stored and sent on inside other JSON, whose readers and writers stop at 64 levels; and its strings
/// are looked at only then.
/// </summary>
public static class JsonText
{
    /// <summary>The most levels: what others put around it adds up to a dozen.</summary>
    public const int MostLevels = NestedJson.Deepest;

    private static readonly JsonReaderOptions AnyDepth = new() { MaxDepth = 1_000 };

    /// <summary>What is wrong with it, as the rest of a sentence, or null.</summary>
    public static string? Flaw(JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.Undefined) return null;
        var reader = new Utf8JsonReader(JsonMarshal.GetRawUtf8Value(json), AnyDepth);
        var levels = 0;
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray) levels = Math.Max(levels, reader.CurrentDepth + 1);
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped && !IsText(reader)) return HalfAPair;
        }
        return levels > MostLevels ? $"is nested {levels} levels deep; at most {MostLevels} are allowed." : null;
    }

    /// <summary>The flaw of a text that no encoding can hold.</summary>
    public const string HalfAPair = "holds half of a surrogate pair, which is no text.";

    private static bool IsText(Utf8JsonReader reader)
    {
        try
        {
            _ = reader.GetString();
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
