using System.Text;

namespace Millrace.Tests.Schemas;

/// <summary>JSON that looks like schemas and was written by somebody who wants to do harm, or by nobody: as text, since much of it no library would write.</summary>
internal sealed class WildSchemas(int seed)
{
    private static readonly string[] Keywords =
    [
        "$ref", "$ref", "$ref", "$id", "$anchor", "$defs", "$defs", "definitions", "$schema", "$dynamicRef", "type", "enum", "const", "minimum", "exclusiveMaximum", "multipleOf",
        "minLength", "maxItems", "minProperties", "pattern", "uniqueItems", "required", "dependentRequired", "dependentSchemas", "dependencies", "propertyNames", "properties",
        "patternProperties", "additionalProperties", "items", "additionalItems", "prefixItems", "contains", "minContains", "allOf", "anyOf", "oneOf", "not", "if", "then", "else",
        "unevaluatedProperties", "unevaluatedItems", "format", "x",
    ];

    private static readonly string[] References = ["#", "#/$defs/a", "#/$defs/b", "#/allOf/0", "#/items", "#/properties/a", "#a", "a", "b#", "https://a.example/", "#/%2f~1~0", "//", "urn:a:b"];
    private static readonly string[] Patterns = ["^(a+)+$", "(a|a)*b", "(?=a)(a*)*$", "(.*)\\\\1", "(?:a{1,9}){1,9}", "a{1,2147483647}", "[[:a:]]", "\\\\p{L}", "((((", "(?<n>a)\\\\k<n>", "(a*)*(b*)*$", "^(?:a|b)*a(?:a|b){90}$", "\\\\u0061", "[^]", "[]", "a{,3}"];
    private static readonly string[] Numbers = ["0", "-1", "1e99999999999999999999", "-1e-99999999999999999999", "0.1", "123456789012345678901234567890.5", "1E+3", "2147483648"];
    private static readonly string[] Texts = ["\"\"", "\"a\"", "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!\"", "\"\\ud800\"", "\"\\u0000\"", "\"object\"", "\"array\""];

    private readonly Random random = new(seed);

    public string Schema()
    {
        var text = new StringBuilder();
        Object(text, random.Next(2, 7), isSchema: true);
        return text.ToString();
    }

    public string Value()
    {
        var text = new StringBuilder();
        Any(text, random.Next(1, 40), isSchema: false);
        return text.ToString();
    }

    private void Any(StringBuilder text, int depth, bool isSchema)
    {
        switch (random.Next(depth > 0 ? 9 : 4))
        {
            case 0: text.Append(One(Numbers)); break;
            case 1: text.Append(One(Texts)); break;
            case 2: text.Append(One("true", "false", "null")); break;
            case 3: text.Append('"').Append(One(isSchema ? References : Patterns)).Append('"'); break;
            case 4 or 5: List(text, depth, isSchema); break;
            default: Object(text, depth, isSchema); break;
        }
    }

    private void List(StringBuilder text, int depth, bool isSchema)
    {
        text.Append('[');
        for (var i = random.Next(isSchema ? 4 : 3); i > 0; i--)
        {
            Any(text, depth - 1, isSchema);
            if (i > 1) text.Append(',');
        }
        text.Append(']');
    }

    private void Object(StringBuilder text, int depth, bool isSchema)
    {
        text.Append('{');
        for (var i = random.Next(isSchema ? 5 : 3); i > 0; i--)
        {
            var keyword = isSchema && random.Next(6) > 0 ? One(Keywords) : One("a", "b", "items", "0");
            text.Append('"').Append(keyword).Append("\":");
            Member(text, keyword, depth - 1, isSchema);
            if (i > 1) text.Append(',');
        }
        text.Append('}');
    }

    /// <summary>Mostly what the keyword takes: what is refused at once tests little.</summary>
    private void Member(StringBuilder text, string keyword, int depth, bool isSchema)
    {
        if (!isSchema || random.Next(12) == 0) Any(text, depth, isSchema);
        else if (keyword is "$ref" or "$id" or "$anchor") text.Append('"').Append(One(References)).Append('"');
        else if (keyword is "pattern") text.Append('"').Append(One(Patterns)).Append('"');
        else if (keyword is "type") text.Append(One("\"object\"", "\"array\"", "\"string\"", "[\"null\",\"integer\"]"));
        else if (keyword is "allOf" or "anyOf" or "oneOf" or "prefixItems") text.Append('[').AppendJoin(',', Enumerable.Range(0, random.Next(1, 4)).Select(_ => Part(depth))).Append(']');
        else if (keyword is "$defs" or "definitions" or "properties" or "dependentSchemas" or "dependencies") text.Append($"{{\"a\":{Part(depth)},\"b\":{Part(depth)}}}");
        else if (keyword is "patternProperties") text.Append($"{{\"{One(Patterns)}\":{Part(depth)}}}");
        else if (keyword is "uniqueItems") text.Append("true");
        else if (keyword.StartsWith("min", StringComparison.Ordinal) || keyword.StartsWith("max", StringComparison.Ordinal)) text.Append(random.Next(3));
        else if (keyword is "multipleOf" or "exclusiveMaximum") text.Append(One(Numbers));
        else text.Append(Part(depth));
    }

    private string Part(int depth)
    {
        var text = new StringBuilder();
        if (depth > 0 && random.Next(5) > 0) Object(text, depth, isSchema: true);
        else text.Append(One("true", "false", "{}", $"{{\"$ref\":\"{One(References)}\"}}"));
        return text.ToString();
    }

    private string One(params string[] choices) => choices[random.Next(choices.Length)];
}
