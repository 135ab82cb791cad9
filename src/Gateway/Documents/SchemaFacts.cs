using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Millrace.Client;
using Millrace.Contracts;

namespace Millrace.Gateway.Documents;

/// <summary>What the framework does not know about our types.</summary>
internal static class SchemaFacts
{
    public static Task AddAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context)
    {
        var type = Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type;
        if (type.IsEnum) DescribeEnum(schema, type);
        else if (type == typeof(ReadOnlyMemory<byte>)) (schema.Type, schema.Format, schema.Description) = (JsonSchemaType.String, "byte", "Bytes as base64.");
        else if (type == typeof(JsonElement)) schema.Description = "Any JSON.";
        else if (type == typeof(ProblemDetails)) DescribeProblem(schema);
        else if (IsOurs(type) && RecordComments.Of(type) is { } said) schema.Description = said;
        if (context.JsonPropertyInfo?.AttributeProvider is PropertyInfo property && IsOurs(property.DeclaringType!) && RecordComments.Of(property) is { } comment)
            DescribeMember(schema, type, comment);
        return Task.CompletedTask;
    }

    /// <summary>What stands in the document once and is referred to keeps its own description; the member's goes to the reference.</summary>
    private static void DescribeMember(OpenApiSchema schema, Type type, string comment)
    {
        if (IsOurs(type) || type == typeof(JsonElement) || type == typeof(ReadOnlyMemory<byte>)) (schema.Metadata ??= new Dictionary<string, object>())["x-ref-description"] = comment;
        else schema.Description = comment;
    }

    private static bool IsOurs(Type type) => type.Assembly == typeof(GenerateRequested).Assembly || type.Assembly == typeof(MillraceClient).Assembly;

    private static void DescribeEnum(OpenApiSchema schema, Type type)
    {
        (schema.Type, schema.Description) = (JsonSchemaType.String, RecordComments.OfEnum(type));
        schema.Enum = [.. Enum.GetNames(type).Select(name => (JsonNode)name)];
    }

    private static void DescribeProblem(OpenApiSchema schema)
    {
        schema.Description = "Why a call did not work (RFC 9457).";
        schema.Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["type"] = Text("Always `about:blank`."),
            ["title"] = Text("The status in words."),
            ["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Description = "The HTTP status." },
            ["detail"] = Text("Cause, rule and choices, for people. It can change."),
            ["code"] = Text("A word for programs: a failure's reason in snake_case, or what is wrong with the call. It does not change."),
            ["param"] = Text("Which field, parameter or header is wrong, if it is one."),
            ["generationId"] = new OpenApiSchema { Type = JsonSchemaType.String, Format = "uuid", Description = "The generation, if there is one." },
        };
        schema.Required = new HashSet<string> { "type", "title", "status", "detail", "code" };
    }

    private static OpenApiSchema Text(string description) => new() { Type = JsonSchemaType.String, Description = description };
}
