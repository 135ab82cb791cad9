using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Millrace.Contracts;
using Millrace.Dialects.Errors;

namespace Millrace.Dialects.Bodies;

/// <summary>How a body of the contracts' own form is read. A field that nobody knows is refused: it is a typing error, and what it should have said would be lost.</summary>
public static class JsonBody
{
    /// <summary>The contracts' JSON, strict about names.</summary>
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(), // asked for the names of fields, be it before anything was read or written
    };

    /// <summary>What is wrong with a text that should have been a <typeparamref name="T"/>.</summary>
    public static FaultException Fault<T>(JsonException broken) => new(new(400, "invalid_json", Explain<T>(broken)) { Param = ParamOf(broken) });

    private static string Explain<T>(JsonException broken)
    {
        if (BodyJson.IsTooDeep(broken)) return $"{(ParamOf(broken) is { } deep ? $"'{deep}'" : "The body")} is nested too deep; a body may have {JsonText.MostLevels} levels.";
        if (!broken.Message.Contains("could not be mapped to any .NET member", StringComparison.Ordinal)) return JsonProblem.Of(broken);
        var given = broken.Message.Split('\'')[1];
        return ParamOf(broken) == given
            ? $"There is no field '{given}'. Fields: {string.Join(", ", Options.GetTypeInfo(typeof(T)).Properties.Select(property => property.Name))}."
            : $"There is no field '{given}' at '{ParamOf(broken)}'.";
    }

    /// <summary>The field by the path in the exception: <c>$.options.temperature</c> is <c>options.temperature</c>.</summary>
    private static string? ParamOf(JsonException broken) => broken.Path is { Length: > 2 } path && path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : null;
}
