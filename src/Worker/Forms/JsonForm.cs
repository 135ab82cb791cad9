using System.Text.Json;
using Json.Schema;

namespace Millrace.Worker.Forms;

/// <summary>A JSON schema, and what a value makes of it.</summary>
internal sealed class JsonForm
{
    private const int MostFlaws = 10;

    private static readonly EvaluationOptions AllFlaws = new() { OutputFormat = OutputFormat.List };

    private readonly JsonSchema schema;

    /// <remarks>A registry of its own: the library's common one refuses the second schema that has an <c>$id</c>.</remarks>
    public JsonForm(JsonElement schema) => this.schema = JsonSchema.Build(schema, new BuildOptions { SchemaRegistry = new SchemaRegistry() });

    /// <summary>What makes <paramref name="schema"/> no schema, or null.</summary>
    public static string? Flaw(JsonElement schema)
    {
        try
        {
            using var anything = JsonDocument.Parse("{}");
            new JsonForm(schema).schema.Evaluate(anything.RootElement); // references are followed only now
            return null;
        }
        catch (Exception fault) when (fault is JsonException or JsonSchemaException or RefResolutionException or ArgumentException)
        {
            return fault.Message;
        }
    }

    /// <summary>The rules that a value breaks and where, or null when it breaks none.</summary>
    public BrokenRules? Check(JsonElement value) => schema.Evaluate(value, AllFlaws) is { IsValid: false } result ? Explain(result) : null;

    private static BrokenRules Explain(EvaluationResults result)
    {
        var flaws = (result.Details ?? [])
            .SelectMany(detail => (detail.Errors ?? []).Select(error => (Where: $"{detail.InstanceLocation}", Rule: error.Key, What: error.Value)))
            .ToList();
        var rules = flaws.Select(flaw => flaw.Rule.Length == 0 ? "additionalProperties" : flaw.Rule).Distinct();
        return new(
            string.Join(", ", rules),
            string.Join('\n', flaws.Take(MostFlaws).Select(flaw => $"At '{(flaw.Where.Length == 0 ? "/" : flaw.Where)}': {flaw.What}.")));
    }
}

/// <summary>What is wrong with a value.</summary>
/// <param name="Rules">The schema's keywords that it breaks: nothing of the value itself.</param>
/// <param name="Details">For the model, place by place.</param>
internal sealed record BrokenRules(string Rules, string Details);
