using System.Text.Json;
using Json.Schema;
using Millrace.Contracts;

namespace Millrace.Worker.Forms;

/// <summary>The form that a request asks of its answer: any JSON value, or one that follows a schema.</summary>
internal sealed class AnswerForm
{
    private const int MostFlaws = 10;

    private static readonly EvaluationOptions AllFlaws = new() { OutputFormat = OutputFormat.List };

    private readonly JsonSchema? schema;

    private AnswerForm(JsonSchema? schema) => this.schema = schema;

    /// <summary>Null when any text will do.</summary>
    public static AnswerForm? Of(GenerationOptions? options) => options switch
    {
        { JsonSchema: { ValueKind: JsonValueKind.Object } schema } => new(Build(schema)),
        { ResponseFormat: ResponseFormat.Json } => new(null),
        _ => null,
    };

    /// <summary>What makes <paramref name="schema"/> no schema, or null.</summary>
    public static string? Flaw(JsonElement schema)
    {
        try
        {
            using var anything = JsonDocument.Parse("{}");
            Build(schema).Evaluate(anything.RootElement); // references are followed only now
            return null;
        }
        catch (Exception fault) when (fault is JsonException or JsonSchemaException or RefResolutionException or ArgumentException)
        {
            return fault.Message;
        }
    }

    /// <summary>What is wrong with an answer, or null.</summary>
    public BrokenForm? Check(string text)
    {
        try
        {
            using var answer = JsonDocument.Parse(text);
            return schema?.Evaluate(answer.RootElement, AllFlaws) is { IsValid: false } result ? Explain(result) : null;
        }
        catch (JsonException fault)
        {
            return new("is no JSON", $"It is not JSON (line {fault.LineNumber + 1}, byte {fault.BytePositionInLine + 1}).");
        }
    }

    /// <summary>A registry of its own: the library's common one refuses the second schema that has an <c>$id</c>.</summary>
    private static JsonSchema Build(JsonElement schema) => JsonSchema.Build(schema, new BuildOptions { SchemaRegistry = new SchemaRegistry() });

    private static BrokenForm Explain(EvaluationResults result)
    {
        var flaws = (result.Details ?? [])
            .SelectMany(detail => (detail.Errors ?? []).Select(error => (Where: $"{detail.InstanceLocation}", Rule: error.Key, What: error.Value)))
            .ToList();
        var rules = flaws.Select(flaw => flaw.Rule.Length == 0 ? "additionalProperties" : flaw.Rule).Distinct();
        return new(
            $"breaks the request's JSON schema ({string.Join(", ", rules)})",
            string.Join('\n', flaws.Take(MostFlaws).Select(flaw => $"At '{(flaw.Where.Length == 0 ? "/" : flaw.Where)}': {flaw.What}.")));
    }
}

/// <summary>What is wrong with an answer.</summary>
/// <param name="Summary">Without anything that was said, for events and logs.</param>
/// <param name="Details">For the model, place by place.</param>
internal sealed record BrokenForm(string Summary, string Details);
