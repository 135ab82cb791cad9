using System.Text.Json;

namespace Millrace.Providers.Schemas;

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
