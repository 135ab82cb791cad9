using System.Text.Json;
using Millrace.Contracts;

namespace Millrace.Worker.Schemas;

/// <summary>
/// The gate that every schema passes: one that is in memory as this can be checked against, whoever sent it, in a bounded number of steps. What is allowed is
/// described in docs/schemas.md.
/// </summary>
internal sealed class Schema
{
    private readonly SchemaNode root;

    private Schema(SchemaNode root) => this.root = root;

    /// <param name="json">An object.</param>
    /// <param name="isChecked">False for one that is only passed on: then nobody needs to be able to match its patterns here.</param>
    /// <param name="steps">Counts the work. Default: the usual budget.</param>
    /// <exception cref="SchemaException">It is none, or none that is taken; the text says why.</exception>
    public static Schema Read(JsonElement json, bool isChecked = true, StepBudget? steps = null)
    {
        steps ??= new(SchemaLimits.Steps, CancellationToken.None);
        CheckSize(json);
        try
        {
            var nodes = new SchemaReader(isChecked, steps).Read(Tree(json, steps));
            new InPlaceGraph(steps).Check(nodes);
            return new(nodes[0]);
        }
        catch (SchemaWorkException work)
        {
            throw new SchemaException($"it {work.Message} to read");
        }
    }

    /// <summary>Whether a value follows it, and if not, why not.</summary>
    /// <exception cref="SchemaWorkException">The check took too much.</exception>
    public (bool Fits, IReadOnlyList<Flaw> Flaws) Check(JsonElement value, StepBudget steps)
    {
        var check = new Check(steps);
        return (check.Fits(root, JsonTree.Of(value, steps)), check.Flaws);
    }

    private static JsonTree Tree(JsonElement json, StepBudget steps)
    {
        try
        {
            return JsonTree.Of(json, steps);
        }
        catch (InvalidOperationException)
        {
            throw new SchemaException("it holds half of a surrogate pair, which is no text");
        }
    }

    private static void CheckSize(JsonElement json)
    {
        var (depth, values, bytes) = NestedJson.Measure(json);
        if (bytes > SchemaLimits.Bytes) throw new SchemaException($"it has {bytes:N0} bytes; at most {SchemaLimits.Bytes:N0} are allowed");
        if (depth > SchemaLimits.Depth) throw new SchemaException($"it is nested {depth} levels deep; at most {SchemaLimits.Depth} are allowed");
        if (values > SchemaLimits.Values) throw new SchemaException($"it has {values:N0} values; at most {SchemaLimits.Values:N0} are allowed");
    }
}
