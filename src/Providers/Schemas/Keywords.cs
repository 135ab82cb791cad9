using System.Text.Json;

namespace Millrace.Providers.Schemas;

/// <summary>The keywords of one schema as rules. What is no keyword says nothing, as JSON Schema wants it; a keyword with a value that it cannot have is refused.</summary>
internal sealed class Keywords(SchemaReader reader, JsonTree json, SchemaNode schema, SchemaResource within)
{
    private const int MostShown = 20;

    /// <summary>A lone reference.</summary>
    public Rule[] Reference() => [Reference(json.Members["$ref"])];

    /// <summary>What a value is comes first, what depends on other rules last.</summary>
    public Rule[] Read(StepBudget steps)
    {
        steps.Take(json.Members.Count);
        var rules = json.Members.Select(member => Of(member.Key, member.Value, steps)).OfType<Rule>().ToList();
        rules.AddRange(new Rule?[] { Members(), Items(), Contains(), Condition() }.OfType<Rule>());
        return [.. rules.OrderBy(rule => rule.AsksWhatIsSeen ? 2 : rule is TypeRule ? 0 : 1)];
    }

    public static string Kind(JsonTree json) => json.Kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "true or false",
    };

    private Rule? Of(string keyword, JsonTree value, StepBudget steps)
    {
        switch (keyword)
        {
            case "$dynamicRef" or "$dynamicAnchor" or "$recursiveRef" or "$recursiveAnchor":
                throw Bad(keyword, "is not taken here: what it means depends on the way to it; use $ref and $anchor");
            case "$vocabulary":
                throw Bad(keyword, "is not taken here: the keywords are those of JSON Schema");
            case "$ref":
                return Reference(value);
            case "$defs" or "definitions":
                Map(keyword, value);
                return null;
            case "type":
                return new TypeRule(Types(value));
            case "enum":
                return Values(keyword, List(keyword, value).Items, steps);
            case "const":
                return Values(keyword, [value], steps);
            case "minimum" or "maximum" or "exclusiveMinimum" or "exclusiveMaximum":
                return new RangeRule(keyword, Number(keyword, value), Shown(value));
            case "multipleOf":
                return Number(keyword, value) is { IsZero: false, IsNegative: false, Digits.Length: <= JsonNumber.MostDigits } divisor
                    ? new MultipleRule(divisor, Shown(value)) : throw Bad(keyword, $"must be above 0, with at most {JsonNumber.MostDigits:N0} digits");
            case "minLength" or "maxLength" or "minItems" or "maxItems" or "minProperties" or "maxProperties":
                return new SizeRule(keyword, Count(keyword, value));
            case "pattern":
                return new PatternRule(reader.Pattern(Text(keyword, value), schema, keyword));
            case "uniqueItems":
                return Flag(keyword, value) ? new UniqueRule() : null;
            case "required":
                return new RequiredRule(Texts(keyword, value));
            case "dependentRequired":
                return new DependentNamesRule(Object(keyword, value).Members.ToDictionary(member => member.Key, member => Texts(keyword, member.Value), StringComparer.Ordinal));
            case "dependentSchemas":
                return new DependentSchemasRule(Map(keyword, value));
            case "dependencies":
                return Dependencies(keyword, value);
            case "propertyNames":
                return new NamesRule(Part(keyword, value));
            case "unevaluatedProperties":
                return new UnseenMembersRule(Part(keyword, value));
            case "unevaluatedItems":
                return new UnseenItemsRule(Part(keyword, value));
            case "allOf":
                return new AllRule(Parts(keyword, value));
            case "anyOf":
                return new AnyRule(Parts(keyword, value));
            case "oneOf":
                return new OneRule(Parts(keyword, value));
            case "not":
                return new NotRule(Part(keyword, value));
            default:
                return null;
        }
    }

    private ReferenceRule Reference(JsonTree value) => reader.Reference(Text("$ref", value), schema, within);

    private MembersRule? Members()
    {
        var (named, matching, others) = (Find("properties"), Find("patternProperties"), Find("additionalProperties"));
        if (named is null && matching is null && others is null) return null;
        return new(
            named is null ? new Dictionary<string, SchemaNode>() : Map("properties", named),
            matching is null ? [] : [.. Map("patternProperties", matching).Select(entry => (reader.Pattern(entry.Key, schema, "patternProperties"), entry.Value))],
            others is null ? null : Part("additionalProperties", others));
    }

    /// <summary>A list under <c>items</c> is what <c>prefixItems</c> was called before 2020.</summary>
    private ItemsRule? Items()
    {
        var (items, prefix) = (Find("items"), Find("prefixItems"));
        var isList = items is { Kind: JsonValueKind.Array } && prefix is null;
        var first = isList ? items : prefix;
        var (name, rest) = isList ? ("additionalItems", Find("additionalItems")) : ("items", items);
        if (first is null && rest is null) return null;
        return new(first is null or { Items.Length: 0 } ? [] : Parts(isList ? "items" : "prefixItems", first), rest is null ? null : Part(name, rest));
    }

    private ContainsRule? Contains()
    {
        var (least, most) = (Find("minContains"), Find("maxContains"));
        var bounds = (least is null ? 1 : Count("minContains", least), most is null ? int.MaxValue : Count("maxContains", most));
        return Find("contains") is { } contains ? new(Part("contains", contains), bounds.Item1, bounds.Item2) : null;
    }

    private ConditionRule? Condition()
    {
        var (then, otherwise) = (Optional("then"), Optional("else"));
        return Optional("if") is { } condition ? new(condition, then, otherwise) : null;
    }

    /// <summary>Names for names, or a schema: later two keywords.</summary>
    private AllRule Dependencies(string keyword, JsonTree value) => new([.. Object(keyword, value).Members.Select(member => new SchemaNode(schema, "/dependencies")
    {
        Rules =
        [
            member.Value.Kind == JsonValueKind.Array
                ? new DependentNamesRule(new Dictionary<string, List<string>> { [member.Key] = Texts(keyword, member.Value) })
                : new DependentSchemasRule(new Dictionary<string, SchemaNode> { [member.Key] = Part($"{keyword}/{JsonTree.Shown(member.Key)}", member.Value) }),
        ],
    })]);

    private static ValuesRule Values(string keyword, JsonTree[] values, StepBudget steps)
    {
        var allowed = new ValueSet();
        foreach (var value in values) allowed.Add(value, steps);
        var shown = string.Join(", ", values.Take(MostShown).Select(Shown)) + (values.Length > MostShown ? ", …" : "");
        return new(keyword, allowed, values.Length == 1 ? shown : $"one of {shown}");
    }

    private List<string> Types(JsonTree value)
    {
        var types = value.Kind == JsonValueKind.String ? [value.Text] : Texts("type", value);
        if (types.Count == 0) throw Bad("type", "is empty");
        return types.FirstOrDefault(type => !TypeRule.Names.Contains(type)) is { } odd
            ? throw Bad("type", $"is '{SchemaReferences.Shown(odd)}'; it must be of {string.Join(", ", TypeRule.Names)}") : types;
    }

    private SchemaNode? Optional(string keyword) => Find(keyword) is { } value ? Part(keyword, value) : null;

    private SchemaNode Part(string keyword, JsonTree value) => reader.Part(value, schema, '/' + keyword, within);

    private Dictionary<string, SchemaNode> Map(string keyword, JsonTree value) => Object(keyword, value).Members
        .ToDictionary(member => member.Key, member => Part($"{keyword}/{JsonTree.Shown(member.Key)}", member.Value), StringComparer.Ordinal);

    private SchemaNode[] Parts(string keyword, JsonTree value) => List(keyword, value).Items.Length > 0
        ? [.. value.Items.Select((item, i) => Part($"{keyword}/{i}", item))] : throw Bad(keyword, "is empty; it must hold at least one schema");

    private List<string> Texts(string keyword, JsonTree value) => [.. List(keyword, value).Items.Select(item => Text(keyword, item))];

    private JsonTree? Find(string keyword) => json.Members.GetValueOrDefault(keyword);

    private JsonTree Object(string keyword, JsonTree value) => value.Kind == JsonValueKind.Object ? value : throw Bad(keyword, $"is {Kind(value)}; it must be an object");

    private JsonTree List(string keyword, JsonTree value) => value.Kind == JsonValueKind.Array ? value : throw Bad(keyword, $"is {Kind(value)}; it must be a list");

    private string Text(string keyword, JsonTree value) => value.Kind == JsonValueKind.String ? value.Text : throw Bad(keyword, $"is {Kind(value)}; it must be a text");

    private JsonNumber Number(string keyword, JsonTree value) => value.Kind == JsonValueKind.Number ? value.Number : throw Bad(keyword, $"is {Kind(value)}; it must be a number");

    private int Count(string keyword, JsonTree value) => Number(keyword, value) is { IsInteger: true, IsNegative: false } count ? count.ToCount() : throw Bad(keyword, "must be a whole number, at least 0");

    private bool Flag(string keyword, JsonTree value) => value.Kind is JsonValueKind.True or JsonValueKind.False ? value.Kind == JsonValueKind.True : throw Bad(keyword, $"is {Kind(value)}; it must be true or false");

    private SchemaException Bad(string keyword, string what) => SchemaReader.At(schema, keyword, what);

    private static string Shown(JsonTree value) => value.Kind switch
    {
        JsonValueKind.String => $"\"{SchemaReferences.Shown(value.Text)}\"",
        JsonValueKind.Number => value.Number.ToString(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.Null => "null",
        _ => $"{Kind(value)} of the schema",
    };
}
