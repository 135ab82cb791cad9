using System.Text.Json;

namespace Millrace.Providers.Schemas;

/// <summary>
/// Reads a schema: (1) each part that is one, (2) what the references lead to, which may be parts that nobody took for schemas. Each
/// part is read once, however often it is led to.
/// </summary>
internal sealed class SchemaReader(bool isChecked, StepBudget steps)
{
    private readonly Dictionary<JsonTree, SchemaNode> byPart = [];
    private readonly List<SchemaNode> all = [];
    private readonly Queue<(ReferenceRule Rule, string Reference, SchemaNode Schema, SchemaResource From)> references = [];
    private readonly Dictionary<string, Pattern> patterns = new(StringComparer.Ordinal);
    private readonly SchemaReferences places = new(steps);
    private SchemaDraft dialect = SchemaDraft.Latest;

    /// <summary>All schemas in it, the whole first.</summary>
    public IReadOnlyList<SchemaNode> Read(JsonTree json)
    {
        // 1
        if (json.Members.TryGetValue("$schema", out var address)) dialect = SchemaDraft.Of(address) ?? throw SchemaDraft.Unknown(address);
        Part(json, null, "", places.Begin(json));

        // 2
        while (references.TryDequeue(out var reference))
        {
            try
            {
                var (part, within) = places.Find(reference.Reference, reference.From);
                reference.Rule.Target = Part(part, reference.Schema, "/$ref", within);
            }
            catch (SchemaException fault) when (!fault.Message.StartsWith("at '", StringComparison.Ordinal))
            {
                throw At(reference.Schema, "$ref", fault.Message);
            }
        }
        return all;
    }

    public SchemaNode Part(JsonTree json, SchemaNode? parent, string key, SchemaResource within)
    {
        steps.Take();
        if (byPart.TryGetValue(json, out var known)) return known;
        var schema = new SchemaNode(parent, key);
        all.Add(schema);
        byPart[json] = schema;
        switch (json.Kind)
        {
            case JsonValueKind.True or JsonValueKind.False:
                schema.Verdict = json.Kind == JsonValueKind.True;
                break;
            case JsonValueKind.Object:
                within = Resource(json, schema, within);
                var keywords = new Keywords(this, json, schema, within);
                // Before 2019, what stands beside a reference counts for nothing
                var isReference = dialect.ReferenceIsAlone && json.Members.ContainsKey("$ref");
                schema.Rules = isReference ? keywords.Reference() : keywords.Read(steps);
                schema.AsksWhatIsSeen = schema.Rules.Any(rule => rule.AsksWhatIsSeen);
                break;
            default:
                throw new SchemaException($"at '{schema.Location}': a schema is an object, true or false, and this is {Keywords.Kind(json)}");
        }
        return schema;
    }

    public ReferenceRule Reference(string reference, SchemaNode schema, SchemaResource from)
    {
        var rule = new ReferenceRule();
        references.Enqueue((rule, reference, schema, from));
        return rule;
    }

    /// <summary>The same text is one pattern.</summary>
    public Pattern Pattern(string source, SchemaNode schema, string keyword)
    {
        if (patterns.TryGetValue(source, out var known)) return known;
        if (patterns.Count == SchemaLimits.Patterns)
            throw At(schema, keyword, $"is the pattern after the {SchemaLimits.Patterns}th; no more are allowed");
        steps.Take(1 + source.Length);
        try
        {
            var pattern = Millrace.Providers.Schemas.Pattern.Read($"{schema.Location}/{keyword}", source);
            if (isChecked) pattern.Begin(Timeout.InfiniteTimeSpan);
            return patterns[source] = pattern;
        }
        catch (SchemaException fault)
        {
            throw At(schema, keyword, $"is no pattern that can be used: {fault.Message}");
        }
    }

    public static SchemaException At(SchemaNode schema, string keyword, string what) =>
        new($"at '{schema.Location}': '{JsonTree.Shown(keyword)}' {what}");

    private SchemaResource Resource(JsonTree json, SchemaNode schema, SchemaResource within)
    {
        if (json.Members.TryGetValue("$schema", out var other) && SchemaDraft.Of(other) != dialect) throw SchemaDraft.Unknown(other);
        if (dialect.ReferenceIsAlone && json.Members.ContainsKey("$ref")) return within;
        try
        {
            if (Text(json, "$id") is { } id) within = places.Enter(json, id, within);
            if (Text(json, "$anchor") is { } anchor) SchemaReferences.Name(json, anchor, within);
            return within;
        }
        catch (SchemaException fault)
        {
            throw At(schema, "$id", fault.Message);
        }
    }

    private static string? Text(JsonTree json, string keyword)
    {
        var isText = json.Members.TryGetValue(keyword, out var value) && value.Kind == JsonValueKind.String;
        return isText ? value!.Text : null;
    }
}
