using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace Millrace.Worker.Providers;

/// <summary>The tool calls that a script asks for.</summary>
internal static class SimulatedCalls
{
    /// <summary>None when tools have answered since the model spoke, and none of a tool that is not offered.</summary>
    public static IReadOnlyList<AIContent> Of(SimulatedScript script, IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        if (script.Calls.Count == 0 || options?.Tools is not { } offered || SimulatedText.ToldSince(messages).Any()) return [];
        var calls = new List<AIContent>();
        foreach (var (number, name) in script.Calls.Index())
        {
            if (offered.OfType<AIFunctionDeclaration>().FirstOrDefault(tool => tool.Name == name) is not { } tool) continue;
            var arguments = script.Arguments.Count > 0 ? script.Arguments[Math.Min(number, script.Arguments.Count - 1)] : Least(tool.JsonSchema)!.ToJsonString();
            calls.Add(new FunctionCallContent($"call_{number}", name, CallArguments.Read(arguments)));
        }
        return options.AllowMultipleToolCalls is false ? [.. calls.Take(1)] : calls;
    }

    /// <summary>The smallest value that a plain schema allows: its first choice, or what is required and no more.</summary>
    private static JsonNode? Least(JsonElement schema)
    {
        if (schema.ValueKind != JsonValueKind.Object) return new JsonObject();
        foreach (var name in new[] { "const", "default" })
            if (schema.TryGetProperty(name, out var given)) return Copy(given);
        if (schema.TryGetProperty("enum", out var choices) && choices.GetArrayLength() > 0) return Copy(choices[0]);
        return TypeOf(schema) switch
        {
            "string" => new string('x', Number(schema, "minLength")),
            "integer" or "number" => schema.TryGetProperty("minimum", out var least) ? Copy(least) : 0,
            "boolean" => false,
            "array" => new JsonArray([.. Enumerable.Range(0, Number(schema, "minItems")).Select(_ => Least(Member(schema, "items")))]),
            "null" => null,
            _ => Members(schema),
        };
    }

    private static JsonObject Members(JsonElement schema)
    {
        var members = new JsonObject();
        if (Member(schema, "required") is not { ValueKind: JsonValueKind.Array } required) return members;
        foreach (var name in required.EnumerateArray().Select(name => name.GetString()!)) members[name] = Least(Member(Member(schema, "properties"), name));
        return members;
    }

    private static string? TypeOf(JsonElement schema) => Member(schema, "type") switch
    {
        { ValueKind: JsonValueKind.String } one => one.GetString(),
        { ValueKind: JsonValueKind.Array } several when several.GetArrayLength() > 0 => several[0].GetString(),
        _ => null,
    };

    private static JsonElement Member(JsonElement schema, string name) =>
        schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty(name, out var member) ? member : default;

    private static int Number(JsonElement schema, string name) =>
        Member(schema, name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var value) ? Math.Clamp(value, 0, 1_000) : 0;

    private static JsonNode? Copy(JsonElement value) => JsonNode.Parse(value.GetRawText());
}
