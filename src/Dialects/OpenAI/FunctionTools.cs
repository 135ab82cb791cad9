using System.Text.Json;
using Millrace.Contracts;

namespace Millrace.Dialects.OpenAI;

/// <summary>The functions that a request brings. Chat completions nest a function under <c>function</c>, responses write it flat; both are read everywhere.</summary>
internal static class FunctionTools
{
    public static IReadOnlyList<CallerTool>? Read(IReadOnlyList<JsonElement>? tools) =>
        tools is null or [] ? null : [.. tools.Select((tool, i) => Read(tool, $"tools[{i}]"))];

    public static CallerTool Read(JsonElement tool, string where)
    {
        if (Json.Text(tool, "type") is var type and not "function")
            throw OpenAIFaults.Unsupported($"{where}.type", $"A tool of type '{type}' is not taken here; only function is. The fleet's own tools are named in millrace.tools.");
        var function = Json.Property(tool, "function") ?? tool;
        if (NestedJson.Flaw(Json.Property(function, "parameters")) is { } flaw) throw OpenAIFaults.Invalid($"{where}.parameters", $"'{where}.parameters' {flaw}");
        return new()
        {
            Name = Json.Text(function, "name") ?? throw OpenAIFaults.Missing($"{where}.name"),
            Description = Json.Text(function, "description"),
            Parameters = Json.Property(function, "parameters") is { } schema && Json.IsGiven(schema) ? schema.Clone() : null,
            Strict = Json.Property(function, "strict") is { ValueKind: JsonValueKind.True or JsonValueKind.False } strict ? strict.GetBoolean() : null,
        };
    }
}
