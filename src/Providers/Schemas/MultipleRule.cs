using System.Text.Json;

namespace Millrace.Providers.Schemas;

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
