using System.Text.Json;
using Millrace.Contracts;

namespace Millrace.Dialects.OpenAI;

/// <summary>The options that both APIs have under different names.</summary>
internal static class Sampling
{
    /// <summary>The form of the answer: <c>response_format</c>, or a response's <c>text.format</c>, whose schema stands flat.</summary>
    public static (ResponseFormat? Format, JsonElement? Schema) Format(JsonElement? format, string where)
    {
        if (format is not { } given || !Json.IsGiven(format)) return (null, null);
        switch (Json.Text(given, "type"))
        {
            case "text":
                return (null, null);
            case "json_object":
                return (ResponseFormat.Json, null);
            case "json_schema":
                var holder = Json.Property(given, "json_schema") ?? given;
                if (NestedJson.Flaw(Json.Property(holder, "schema")) is { } flaw) throw OpenAIFaults.Invalid($"{where}.schema", $"'{where}.schema' {flaw}");
                return Json.Property(holder, "schema") is { ValueKind: JsonValueKind.Object } schema
                    ? (null, schema.Clone()) : throw OpenAIFaults.Missing($"{where}.schema");
            case var type:
                throw OpenAIFaults.Invalid($"{where}.type", $"'{where}.type' is '{type}'; it must be text, json_object or json_schema.");
        }
    }

    public static ReasoningEffort? Effort(string? effort, string where) => effort switch
    {
        null => null,
        "none" => ReasoningEffort.None,
        "minimal" => ReasoningEffort.Minimal,
        "low" => ReasoningEffort.Low,
        "medium" => ReasoningEffort.Medium,
        "high" => ReasoningEffort.High,
        "xhigh" => ReasoningEffort.XHigh,
        "max" => ReasoningEffort.Max,
        _ => throw OpenAIFaults.Invalid(where, $"'{where}' is '{effort}'; it must be none, minimal, low, medium, high, xhigh or max."),
    };

    public static Verbosity? Wordiness(string? verbosity, string where) => verbosity switch
    {
        null => null,
        "low" => Verbosity.Low,
        "medium" => Verbosity.Medium,
        "high" => Verbosity.High,
        _ => throw OpenAIFaults.Invalid(where, $"'{where}' is '{verbosity}'; it must be low, medium or high."),
    };

    /// <summary>One text or several.</summary>
    public static IReadOnlyList<string>? Stops(JsonElement? stop)
    {
        if (stop is not { } given || !Json.IsGiven(stop)) return null;
        if (given.ValueKind == JsonValueKind.String) return [Stop(given, "stop")];
        return given.ValueKind == JsonValueKind.Array && given.EnumerateArray().All(text => text.ValueKind == JsonValueKind.String)
            ? [.. given.EnumerateArray().Select((text, i) => Stop(text, $"stop[{i}]"))]
            : throw OpenAIFaults.Invalid("stop", "'stop' must be a text or an array of texts.");
    }

    /// <summary>An empty text is everywhere: no answer would have a word.</summary>
    private static string Stop(JsonElement text, string where) => text.GetString() is { Length: > 0 } stop
        ? stop : throw OpenAIFaults.Invalid("stop", $"'{where}' is empty; it must hold some text, or leave it out.");
}
