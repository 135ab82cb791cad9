using System.Text.Json.Nodes;

namespace Millrace.Tests.Schemas;

/// <summary>Schemas of all keywords, and small values that they often fit.</summary>
internal sealed class RandomSchemas(int seed)
{
    private const int Depth = 3;

    private static readonly string[] Names = ["a", "b", "ab", "c"];
    private static readonly string[] Types = ["null", "boolean", "object", "array", "number", "integer", "string"];
    private static readonly string[] Patterns = ["^a", "b$", "^[ab]+$", "\\d", "^.$", "a{2,3}", "(?=a)ab"];
    private static readonly string[] Numbers = ["1.0", "0.5", "1e2", "2.50", "-0", "100"];
    private static readonly string[] Texts = ["", "a", "ab", "aaa", "b1", "😀", "abc"];
    private static readonly string[] References = ["#/$defs/x", "#why", "#/$defs/y"];

    private readonly Random random = new(seed);

    /// <summary>With definitions, which may lead back to themselves.</summary>
    public JsonObject Schema()
    {
        var schema = Part(Depth) as JsonObject ?? [];
        schema["$defs"] = new JsonObject
        {
            ["x"] = Part(Depth - 1),
            ["y"] = new JsonObject { ["$anchor"] = "why", ["type"] = "object", ["properties"] = new JsonObject { ["a"] = new JsonObject { ["$ref"] = "#/$defs/x" } } },
        };
        return schema;
    }

    public JsonNode? Value(int depth = Depth) => random.Next(depth > 0 ? 8 : 5) switch
    {
        0 => null,
        1 => random.Next(2) == 0,
        2 => random.Next(-2, 5),
        3 => JsonNode.Parse(One(Numbers)),
        4 => One(Texts),
        5 or 6 => Members(depth),
        _ => new JsonArray([.. Several(0, _ => Value(depth - 1))]),
    };

    private JsonNode? Part(int depth)
    {
        if (depth <= 0 || random.Next(12) == 0) return random.Next(5) switch { 0 => true, 1 => false, _ => new JsonObject { ["type"] = One(Types) } };
        var schema = new JsonObject();
        for (var i = random.Next(1, 4); i > 0; i--) Add(schema, depth - 1);
        return schema;
    }

    private void Add(JsonObject schema, int depth)
    {
        var (keyword, value) = random.Next(24) switch
        {
            0 => ("type", One(Types)),
            1 => ("type", new JsonArray(Types[random.Next(3)], Types[random.Next(3, 7)])),
            2 => ("enum", new JsonArray(Value(2), Value(1), Value(1))),
            3 => ("const", Value(2)),
            4 => (One("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), JsonNode.Parse(One("-1", "0", "1.5", "2"))),
            5 => ("multipleOf", JsonNode.Parse(One("0.5", "2", "0.1", "3"))),
            6 => (One("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"), random.Next(3)),
            7 => ("pattern", One(Patterns)),
            8 => ("uniqueItems", random.Next(2) == 0),
            9 => ("required", Some()),
            10 => ("dependentRequired", new JsonObject { [One(Names)] = Some() }),
            11 => ("dependentSchemas", Map(depth, Names)),
            12 => ("propertyNames", Part(depth)),
            13 or 14 => ("properties", Map(depth, Names)),
            15 => ("patternProperties", Map(depth, Patterns)),
            16 => (One("additionalProperties", "items", "not"), Part(depth)),
            17 => ("prefixItems", Parts(depth)),
            18 => ("contains", Part(depth)),
            19 => (One("minContains", "maxContains"), random.Next(3)),
            20 => (One("allOf", "anyOf", "oneOf"), Parts(depth)),
            21 => (One("if", "then", "else"), Part(depth)),
            22 => (One("unevaluatedProperties", "unevaluatedItems"), random.Next(3) == 0 ? Part(depth) : false),
            _ => ("$ref", (JsonNode?)One(References)),
        };
        schema[keyword] = value;
        if (keyword == "if") schema[One("then", "else")] = Part(depth);
    }

    private JsonObject Members(int depth)
    {
        var members = new JsonObject();
        foreach (var _ in Enumerable.Range(0, random.Next(4))) members[One(Names)] = Value(depth - 1);
        return members;
    }

    private JsonObject Map(int depth, string[] names)
    {
        var map = new JsonObject();
        foreach (var _ in Enumerable.Range(0, random.Next(1, 4))) map[One(names)] = Part(depth);
        return map;
    }

    private JsonArray Parts(int depth) => [.. Several(1, _ => Part(depth))];

    private JsonArray Some() => [.. Names.Where(_ => random.Next(2) == 0).Select(name => (JsonNode)name)];

    private IEnumerable<JsonNode?> Several(int least, Func<int, JsonNode?> make) => Enumerable.Range(0, random.Next(least, 4)).Select(make);

    private string One(params string[] choices) => choices[random.Next(choices.Length)];
}
