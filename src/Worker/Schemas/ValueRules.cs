using System.Text.Json;

namespace Millrace.Worker.Schemas;

/// <summary><c>type</c></summary>
internal sealed class TypeRule(IReadOnlyList<string> types) : Rule("type")
{
    public static readonly string[] Names = ["null", "boolean", "object", "array", "number", "integer", "string"];

    private readonly HashSet<string> allowed = new(types, StringComparer.Ordinal);

    public override bool Holds(Check check, JsonTree value, Seen? seen) =>
        allowed.Contains(NameOf(value)) || (value.Kind == JsonValueKind.Number && value.Number.IsInteger && allowed.Contains("integer"))
        || check.Broken(value, Keyword, $"the value is of type {NameOf(value)}; it must be {string.Join(" or ", types)}");

    private static string NameOf(JsonTree value) => value.Kind switch
    {
        JsonValueKind.True or JsonValueKind.False => "boolean",
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.Number => "number",
        JsonValueKind.String => "string",
        _ => "null",
    };
}

/// <summary><c>enum</c> and <c>const</c></summary>
/// <param name="shown">The allowed values as JSON, for the flaw.</param>
internal sealed class ValuesRule(string keyword, ValueSet allowed, string shown) : Rule(keyword)
{
    public override bool Holds(Check check, JsonTree value, Seen? seen) =>
        allowed.Find(value, check.Steps) is not null || check.Broken(value, Keyword, $"the value must be {shown}");
}

/// <summary><c>minimum</c>, <c>maximum</c>, <c>exclusiveMinimum</c>, <c>exclusiveMaximum</c></summary>
internal sealed class RangeRule(string keyword, JsonNumber bound, string shown) : Rule(keyword)
{
    public override bool Holds(Check check, JsonTree value, Seen? seen)
    {
        if (value.Kind != JsonValueKind.Number) return true;
        check.Steps.TakeText(value.Number.Digits.Length);
        var order = value.Number.OrderTo(bound);
        return Keyword switch
        {
            "minimum" => order >= 0 || check.Broken(value, Keyword, $"the number must be at least {shown}"),
            "maximum" => order <= 0 || check.Broken(value, Keyword, $"the number must be at most {shown}"),
            "exclusiveMinimum" => order > 0 || check.Broken(value, Keyword, $"the number must be above {shown}"),
            _ => order < 0 || check.Broken(value, Keyword, $"the number must be below {shown}"),
        };
    }
}

/// <summary><c>multipleOf</c></summary>
internal sealed class MultipleRule(JsonNumber divisor, string shown) : Rule("multipleOf")
{
    public override bool Holds(Check check, JsonTree value, Seen? seen)
    {
        if (value.Kind != JsonValueKind.Number) return true;
        check.Steps.Take(1 + Math.Min(value.Number.Digits.Length, JsonNumber.MostDigits));
        return value.Number.IsMultipleOf(divisor) switch
        {
            true => true,
            false => check.Broken(value, Keyword, $"the number must be a multiple of {shown}"),
            null => check.Broken(value, Keyword, $"the number has more than {JsonNumber.MostDigits:N0} digits"),
        };
    }
}

/// <summary><c>minLength</c>, <c>maxLength</c>, <c>minItems</c>, <c>maxItems</c>, <c>minProperties</c>, <c>maxProperties</c></summary>
internal sealed class SizeRule(string keyword, int bound) : Rule(keyword)
{
    private readonly bool isLeast = keyword.StartsWith("min", StringComparison.Ordinal);
    private readonly (JsonValueKind Kind, string Unit) measured = keyword[3..] switch
    {
        "Length" => (JsonValueKind.String, "characters"),
        "Items" => (JsonValueKind.Array, "items"),
        _ => (JsonValueKind.Object, "members"),
    };

    public override bool Holds(Check check, JsonTree value, Seen? seen)
    {
        if (value.Kind != measured.Kind) return true;
        var size = value.Kind == JsonValueKind.String ? Characters(check, value.Text) : value.Count;
        return (isLeast ? size >= bound : size <= bound)
            || check.Broken(value, Keyword, $"there are {size} {measured.Unit}; there must be at {(isLeast ? "least" : "most")} {bound}");
    }

    /// <summary>Of Unicode, not of UTF-16.</summary>
    private static int Characters(Check check, string text)
    {
        check.Steps.TakeText(text.Length);
        var halves = 0;
        foreach (var unit in text)
            if (char.IsLowSurrogate(unit)) halves++;
        return text.Length - halves;
    }
}

/// <summary><c>pattern</c></summary>
internal sealed class PatternRule(Pattern pattern) : Rule("pattern")
{
    public override bool Holds(Check check, JsonTree value, Seen? seen) =>
        value.Kind != JsonValueKind.String || check.Patterns.IsMatch(pattern, value.Text)
        || check.Broken(value, Keyword, $"the text must match {pattern.Source}");
}
