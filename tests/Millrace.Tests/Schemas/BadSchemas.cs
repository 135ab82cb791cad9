using System.Text;

namespace Millrace.Tests.Schemas;

/// <summary>Schemas that would stop whoever reads them or checks against them.</summary>
internal static class BadSchemas
{
    public const string LeadsBack = """{"allOf":[{"$ref":"#"}]}""";

    public const string Dynamic = """{"$dynamicAnchor":"a","$dynamicRef":"#a"}""";

    /// <summary>Each definition leads twice to the next, for the same value.</summary>
    public static string Doubling(int definitions) => Chain(definitions, """{"allOf":[{"$ref":"#/$defs/a%"},{"$ref":"#/$defs/a%"}]}""");

    /// <summary>The same for each item of the value.</summary>
    public static string DoublingInside(int definitions) => Chain(definitions, """{"items":{"allOf":[{"$ref":"#/$defs/a%"},{"$ref":"#/$defs/a%"}]}}""");

    /// <summary>Each definition leads once to the next.</summary>
    public static string Row(int definitions) => Chain(definitions, """{"$ref":"#/$defs/a%"}""");

    /// <summary>As many objects in one another.</summary>
    public static string Deep(int levels) => string.Concat(Enumerable.Repeat("""{"items":""", levels - 1)) + "{}" + new string('}', levels - 1);

    public static string Nested(string inner, int lists) => new string('[', lists) + inner + new string(']', lists);

    private static string Chain(int definitions, string link)
    {
        var schema = new StringBuilder("""{"$ref":"#/$defs/a0","$defs":{""");
        for (var i = 0; i < definitions; i++) schema.Append($"\"a{i}\":").Append(link.Replace("%", $"{i + 1}", StringComparison.Ordinal)).Append(',');
        return schema.Append($"\"a{definitions}\":{{\"type\":\"object\"}}}}}}").ToString();
    }
}
