using System.Text.Json;

namespace Millrace.Providers.Schemas;

/// <summary>
/// The keywords of one schema as rules. What is no keyword says nothing, as JSON Schema wants it; a keyword with a value that it
/// cannot have is refused.
/// </summary>
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
        return [.. rules.OrderBy(Turn)];
    }

    private static int Turn(Rule rule)
    {
        if (rule.AsksWhatIsSeen) return 2;
        return rule is TypeRule ? 0 : 1;
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
                return new MultipleRule(Divisor(keyword, value), Shown(value));
            case "minLength" or "maxLength" or "minItems" or "maxItems" or "minProperties" or "maxProperties":
                return new SizeRule(keyword, Count(keyword, value));
            case "pattern":
                return new PatternRule(reader.Pattern(Text(keyword, value), schema, keyword));
            case "uniqueItems":
                return Flag(keyword, value) ? new UniqueRule() : null;
            case "required":
                return new RequiredRule(Texts(keyword, value));
            case "dependentRequired":
                return new DependentNamesRule(NamesByName(keyword, value));
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
            matching is null ? [] : [.. Map("patternProperties", matching).Select(WithPattern)],
            others is null ? null : Part("additionalProperties", others));
    }

    private (Pattern Pattern, SchemaNode Schema) WithPattern(KeyValuePair<string, SchemaNode> entry) =>
        (reader.Pattern(entry.Key, schema, "patternProperties"), entry.Value);

    /// <summary>A list under <c>items</c> is what <c>prefixItems</c> was called before 2020.</summary>
    private ItemsRule? Items()
    {
        var (items, prefix) = (Find("items"), Find("prefixItems"));
        var isOldList = items is { Kind: JsonValueKind.Array } && prefix is null;
        return isOldList
            ? Items(("items", items), ("additionalItems", Find("additionalItems")))
            : Items(("prefixItems", prefix), ("items", items));
    }

    /// <param name="first">The schemas of the first items, one for each.</param>
    /// <param name="rest">The schema of all behind them.</param>
    private ItemsRule? Items((string Name, JsonTree? Value) first, (string Name, JsonTree? Value) rest)
    {
        if (first.Value is null && rest.Value is null) return null;
        return new(
            first.Value is null or { Items.Length: 0 } ? [] : Parts(first.Name, first.Value),
            rest.Value is null ? null : Part(rest.Name, rest.Value));
    }

    private ContainsRule? Contains()
    {
        // Bounds that are wrong are told of even where nothing is bound by them
        var least = Find("minContains") is { } atLeast ? Count("minContains", atLeast) : 1;
        var most = Find("maxContains") is { } atMost ? Count("maxContains", atMost) : int.MaxValue;
        return Find("contains") is { } contains ? new(Part("contains", contains), least, most) : null;
    }

    private ConditionRule? Condition()
    {
        var (then, otherwise) = (Optional("then"), Optional("else"));
        return Optional("if") is { } condition ? new(condition, then, otherwise) : null;
    }

    /// <summary>Names for names, or a schema: later two keywords.</summary>
    private AllRule Dependencies(string keyword, JsonTree value)
    {
        var members = Object(keyword, value).Members;
        return new([.. members.Select(member => new SchemaNode(schema, "/dependencies") { Rules = [Dependency(keyword, member.Key, member.Value)] })]);
    }

    private Rule Dependency(string keyword, string name, JsonTree value)
    {
        if (value.Kind == JsonValueKind.Array)
            return new DependentNamesRule(new Dictionary<string, List<string>> { [name] = Texts(keyword, value) });
        return new DependentSchemasRule(new Dictionary<string, SchemaNode> { [name] = Part(Below(keyword, name), value) });
    }

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
        var odd = types.FirstOrDefault(type => !TypeRule.Names.Contains(type));
        if (odd is not null) throw Bad("type", $"is '{SchemaReferences.Shown(odd)}'; it must be of {string.Join(", ", TypeRule.Names)}");
        return types;
    }

    private SchemaNode? Optional(string keyword) => Find(keyword) is { } value ? Part(keyword, value) : null;

    private SchemaNode Part(string keyword, JsonTree value) => reader.Part(value, schema, '/' + keyword, within);

    private Dictionary<string, SchemaNode> Map(string keyword, JsonTree value)
    {
        var members = Object(keyword, value).Members;
        return members.ToDictionary(member => member.Key, member => Part(Below(keyword, member.Key), member.Value), StringComparer.Ordinal);
    }

    private static string Below(string keyword, string name) => $"{keyword}/{JsonTree.Shown(name)}";

    private Dictionary<string, List<string>> NamesByName(string keyword, JsonTree value)
    {
        var members = Object(keyword, value).Members;
        return members.ToDictionary(member => member.Key, member => Texts(keyword, member.Value), StringComparer.Ordinal);
    }

    private SchemaNode[] Parts(string keyword, JsonTree value)
    {
        var items = List(keyword, value).Items;
        if (items.Length == 0) throw Bad(keyword, "is empty; it must hold at least one schema");
        return [.. items.Select((item, i) => Part($"{keyword}/{i}", item))];
    }

    private List<string> Texts(string keyword, JsonTree value) => [.. List(keyword, value).Items.Select(item => Text(keyword, item))];

    private JsonTree? Find(string keyword) => json.Members.GetValueOrDefault(keyword);

    private JsonTree Object(string keyword, JsonTree value) => Expect(JsonValueKind.Object, keyword, value, "an object");

    private JsonTree List(string keyword, JsonTree value) => Expect(JsonValueKind.Array, keyword, value, "a list");

    private string Text(string keyword, JsonTree value) => Expect(JsonValueKind.String, keyword, value, "a text").Text;

    private JsonNumber Number(string keyword, JsonTree value) => Expect(JsonValueKind.Number, keyword, value, "a number").Number;

    private bool Flag(string keyword, JsonTree value) => value.Kind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Bad(keyword, $"is {Kind(value)}; it must be true or false"),
    };

    private int Count(string keyword, JsonTree value)
    {
        var number = Number(keyword, value);
        var isCount = number is { IsInteger: true, IsNegative: false };
        return isCount ? number.ToCount() : throw Bad(keyword, "must be a whole number, at least 0");
    }

    private JsonNumber Divisor(string keyword, JsonTree value)
    {
        var number = Number(keyword, value);
        var isDivisor = number is { IsZero: false, IsNegative: false, Digits.Length: <= JsonNumber.MostDigits };
        return isDivisor ? number : throw Bad(keyword, $"must be above 0, with at most {JsonNumber.MostDigits:N0} digits");
    }

    private JsonTree Expect(JsonValueKind kind, string keyword, JsonTree value, string what) =>
        value.Kind == kind ? value : throw Bad(keyword, $"is {Kind(value)}; it must be {what}");

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
