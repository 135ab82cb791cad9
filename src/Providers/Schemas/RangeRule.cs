using System.Text.Json;

namespace Millrace.Providers.Schemas;

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
