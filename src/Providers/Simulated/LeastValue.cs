using System.Text.Json;
using System.Text.Json.Nodes;

namespace Millrace.Providers.Simulated;

/// <summary>
/// The smallest value that a plain schema allows. Lists of lists multiply, so behind the first thousand values there is nothing but null.
/// </summary>
internal sealed class LeastValue
{
    private const int MostValues = 1_000;

    private int left = MostValues;

    /// <summary>Its first choice, or what is required and no more.</summary>
    public JsonNode? Of(JsonElement schema)
    {
        if (--left < 0) return null;
        if (schema.ValueKind != JsonValueKind.Object) return new JsonObject();
        foreach (var name in new[] { "const", "default" })
            if (schema.TryGetProperty(name, out var given)) return Copy(given);
        if (schema.TryGetProperty("enum", out var choices) && choices.GetArrayLength() > 0) return Copy(choices[0]);
        return TypeOf(schema) switch
        {
            "string" => new string('x', Number(schema, "minLength")),
            "integer" or "number" => schema.TryGetProperty("minimum", out var least) ? Copy(least) : 0,
            "boolean" => false,
            "array" => List(schema),
            "null" => null,
            _ => Members(schema),
        };
    }

    private JsonArray List(JsonElement schema)
    {
        var count = Math.Min(Math.Max(0, left), Number(schema, "minItems"));
        return new([.. Enumerable.Range(0, count).Select(_ => Of(Member(schema, "items")))]);
    }

    private JsonObject Members(JsonElement schema)
    {
        var members = new JsonObject();
        if (Member(schema, "required") is not { ValueKind: JsonValueKind.Array } required) return members;
        var properties = Member(schema, "properties");
        foreach (var name in required.EnumerateArray().Select(name => name.GetString()!)) members[name] = Of(Member(properties, name));
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

    private static int Number(JsonElement schema, string name)
    {
        var member = Member(schema, name);
        if (member.ValueKind != JsonValueKind.Number || !member.TryGetInt32(out var value)) return 0;
        return Math.Clamp(value, 0, MostValues);
    }

    private JsonNode? Copy(JsonElement value)
    {
        var json = value.GetRawText();
        left -= json.Length / 100;
        return JsonNode.Parse(json);
    }
}
