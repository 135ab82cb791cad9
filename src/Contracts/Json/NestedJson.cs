using System.Runtime.InteropServices;
using System.Text.Json;

namespace Millrace.Contracts;

/// <summary>
/// How deep the JSON is that a message carries as it is. Readers and writers everywhere stop at 64 levels, and a message stands in an envelope, so what is deeper
/// than <see cref="Deepest"/> would fail on the way, where nobody can say why.
/// </summary>
public static class NestedJson
{
    /// <summary>Levels of objects and arrays in one another.</summary>
    public const int Deepest = 48;

    private static readonly JsonReaderOptions Lenient = new() { MaxDepth = int.MaxValue, CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>Depth, number of values and bytes, without recursion and without a copy.</summary>
    /// <param name="json">A value.</param>
    public static (int Depth, int Values, int Bytes) Measure(JsonElement json)
    {
        var raw = JsonMarshal.GetRawUtf8Value(json);
        var reader = new Utf8JsonReader(raw, Lenient);
        var (depth, values) = (0, 0);
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject or JsonTokenType.StartArray:
                    depth = Math.Max(depth, reader.CurrentDepth + 1);
                    values++;
                    break;
                case not (JsonTokenType.EndObject or JsonTokenType.EndArray or JsonTokenType.PropertyName):
                    values++;
                    break;
            }
        }
        return (depth, values, raw.Length);
    }

    /// <summary>What is wrong with a value's depth, in the end of a sentence, or null.</summary>
    /// <param name="json">The value; null is flawless.</param>
    public static string? Flaw(JsonElement? json)
    {
        if (json is not { ValueKind: JsonValueKind.Object or JsonValueKind.Array } given)
            return null;
        var (depth, _, _) = Measure(given);
        return depth > Deepest ? $"is nested {depth} levels deep; at most {Deepest} are allowed." : null;
    }

    /// <summary>Checks all JSON that a message carries as it is.</summary>
    /// <param name="message">The message.</param>
    /// <exception cref="ArgumentException">Something in the message is too deep; the text says what.</exception>
    public static void Check(object? message)
    {
        foreach (var (name, json) in Carried(message))
        {
            if (Flaw(json) is { } flaw)
                throw new ArgumentException($"{name} {flaw}", nameof(message));
        }
    }

    private static IEnumerable<(string Name, JsonElement? Json)> Carried(object? message) => message switch
    {
        GenerateRequested request =>
        [
            ("Options.JsonSchema", request.Options?.JsonSchema),
            ("Origin", request.Origin),
            .. (request.CallerTools ?? []).Select((tool, i) => ($"CallerTools[{i}].Parameters", tool?.Parameters)),
        ],
        SessionRequested asked => [("Options.JsonSchema", asked.Options?.JsonSchema)],
        RegisterTool offered => [($"The schema of tool '{offered.Name}'", offered.Parameters)],
        _ => [],
    };
}
