using System.Text.Json;

namespace Millrace.Providers.Schemas;

/// <summary>A JSON schema, and what a value makes of it.</summary>
public sealed class JsonForm
{
    private readonly Schema schema;

    /// <exception cref="SchemaException">It is none, or none that is taken.</exception>
    public JsonForm(JsonElement schema) => this.schema = Schema.Read(schema);

    /// <summary>What makes <paramref name="schema"/>, an object, no schema that is taken, in the end of a sentence, or null.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="isChecked">False for one that is only passed on.</param>
    public static string? Flaw(JsonElement schema, bool isChecked = true)
    {
        try
        {
            Schema.Read(schema, isChecked);
            return null;
        }
        catch (SchemaException fault)
        {
            return fault.Message;
        }
    }

    /// <summary>The rules that a value breaks and where, or null when it breaks none.</summary>
    /// <exception cref="SchemaWorkException">The check took too much.</exception>
    public BrokenRules? Check(JsonElement value, StepBudget steps)
    {
        var (fits, flaws) = schema.Check(value, steps);
        return fits ? null : new(
            string.Join(", ", flaws.Select(flaw => flaw.Rule).Distinct()),
            string.Join('\n', flaws.Select(flaw => $"At '{flaw.Where}': {flaw.What}.")));
    }
}
