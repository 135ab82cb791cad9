using System.Text.Json;

namespace Millrace.Providers.Schemas;

/// <summary><c>pattern</c></summary>
internal sealed class PatternRule(Pattern pattern) : Rule("pattern")
{
    public override bool Holds(Check check, JsonTree value, Seen? seen) =>
        value.Kind != JsonValueKind.String || check.Patterns.IsMatch(pattern, value.Text)
        || check.Broken(value, Keyword, $"the text must match {pattern.Source}");
}
