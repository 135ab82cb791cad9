using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization;
using Millrace.Contracts;

namespace Millrace.Gateway.Documents;

/// <summary>The JSON schemas of the records that travel, each under its name; one that holds another refers to it.</summary>
internal static class RecordSchemas
{
    private static readonly JsonSerializerOptions Strict = new(ContractsJson.Options) { NumberHandling = JsonNumberHandling.Strict };

    private static readonly Type[] Types =
    [
        .. typeof(GenerateRequested).Assembly.GetExportedTypes().Where(type => type.IsEnum || type.GetMethod("<Clone>$") is not null).OrderBy(type => type.Name, StringComparer.Ordinal),
    ];

    public static JsonObject Reference(Type type) => new() { ["$ref"] = $"#/components/schemas/{type.Name}" };

    public static JsonObject All()
    {
        var all = new JsonObject();
        foreach (var type in Types) all[type.Name] = type.IsEnum ? OfEnum(type) : Strict.GetJsonSchemaAsNode(type, new() { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = Describe });
        return all;
    }

    private static JsonObject OfEnum(Type type) => new()
    {
        ["type"] = "string",
        ["enum"] = new JsonArray([.. Enum.GetNames(type).Select(name => (JsonNode)name)]),
        ["description"] = RecordComments.OfEnum(type),
    };

    private static JsonObject Describe(JsonSchemaExporterContext context, JsonNode schema)
    {
        var type = Nullable.GetUnderlyingType(context.TypeInfo.Type) ?? context.TypeInfo.Type;
        var comment = context.PropertyInfo?.AttributeProvider is PropertyInfo property ? RecordComments.Of(property) : null;
        if (Types.Contains(type) && !context.Path.IsEmpty)
            return comment is null ? Reference(type) : new JsonObject { ["allOf"] = new JsonArray(Reference(type)), ["description"] = comment };
        var described = Plain(type, schema);
        if ((comment ?? (context.Path.IsEmpty ? RecordComments.Of(type) : null)) is { } said) described["description"] = said;
        return described;
    }

    /// <summary>What is absent is left out, never null; so null is no part of a type.</summary>
    private static JsonObject Plain(Type type, JsonNode schema)
    {
        if (type == typeof(JsonElement)) return [];
        if (type == typeof(ReadOnlyMemory<byte>)) return new() { ["type"] = "string", ["contentEncoding"] = "base64" };
        var plain = schema as JsonObject ?? [];
        if (plain["type"] is JsonArray union) plain["type"] = union.Select(one => one!.GetValue<string>()).First(one => one != "null");
        if (plain["default"] is null) plain.Remove("default");
        return plain;
    }
}
