namespace Millrace.Providers.Schemas;

/// <summary><c>enum</c> and <c>const</c></summary>
/// <param name="shown">The allowed values as JSON, for the flaw.</param>
internal sealed class ValuesRule(string keyword, ValueSet allowed, string shown) : Rule(keyword)
{
    public override bool Holds(Check check, JsonTree value, Seen? seen) =>
        allowed.Find(value, check.Steps) is not null || check.Broken(value, Keyword, $"the value must be {shown}");
}
