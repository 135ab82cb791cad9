namespace Millrace.Providers.Schemas;

/// <summary>
/// What a schema applies to a value itself leads to other schemas for the same value. That must come to an end, and be little: one that leads back to itself would be
/// followed for ever, and thirty that each lead twice to the next stand for a thousand million. Each schema is looked at once.
/// </summary>
internal sealed class InPlaceGraph(StepBudget steps)
{
    private readonly Dictionary<SchemaNode, (int Chain, long Checks)> known = [];
    private readonly HashSet<SchemaNode> open = [];

    /// <exception cref="SchemaException">It does not end, or not soon enough.</exception>
    public void Check(IEnumerable<SchemaNode> schemas)
    {
        foreach (var schema in schemas) Follow(schema, 1);
    }

    private (int Chain, long Checks) Follow(SchemaNode schema, int depth)
    {
        if (known.TryGetValue(schema, out var found))
            return depth + found.Chain - 1 <= SchemaLimits.InPlaceChain ? found : throw TooLong(schema);
        if (!open.Add(schema))
            throw new SchemaException($"at '{schema.Location}': its references lead back to it without going into the value, so checking it would never end");
        if (depth > SchemaLimits.InPlaceChain) throw TooLong(schema);
        var (chain, checks) = (1, 1L);
        foreach (var next in schema.Rules.SelectMany(rule => rule.InPlace))
        {
            steps.Take();
            var (length, all) = Follow(next, depth + 1);
            chain = Math.Max(chain, length + 1);
            checks = Math.Min(SchemaLimits.InPlaceChecks + 1, checks + all);
        }
        if (checks > SchemaLimits.InPlaceChecks)
            throw new SchemaException($"at '{schema.Location}': with its references followed it stands for more than {SchemaLimits.InPlaceChecks:N0} schemas for one value");
        open.Remove(schema);
        return known[schema] = (chain, checks);
    }

    private static SchemaException TooLong(SchemaNode schema) =>
        new($"at '{schema.Location}': more than {SchemaLimits.InPlaceChain} schemas in a row are applied to one value, each because of the one before");
}
