using Millrace.Contracts;

namespace Millrace.Worker.Schemas;

/// <summary>How large a schema may be, and how much work it may make. All of it is described in docs/schemas.md.</summary>
internal static class SchemaLimits
{
    public const int Bytes = 256 * 1024;

    public const int Depth = NestedJson.Deepest;

    /// <summary>JSON values of any kind, keywords' values included.</summary>
    public const int Values = 20_000;

    /// <summary>Different texts of <c>pattern</c> and <c>patternProperties</c>.</summary>
    public const int Patterns = 100;

    public const int PatternCharacters = 1_000;

    /// <summary>An <c>$id</c>, an <c>$anchor</c> or a <c>$ref</c>.</summary>
    public const int ReferenceCharacters = 1_000;

    /// <summary>Schemas that are applied to one and the same value, one because of the other: the longest chain.</summary>
    public const int InPlaceChain = 64;

    /// <summary>The same, all chains together: what a reference that is followed twice doubles.</summary>
    public const int InPlaceChecks = 10_000;

    /// <summary>Of one check of one value. A step is a rule that is looked at, a member, an item, or a few dozen characters of text.</summary>
    public const long Steps = 10_000_000;

    /// <summary>A check that needs more waits for its turn among those.</summary>
    public const long QuickSteps = 200_000;

    /// <summary>Schemas in one another while a value is checked, its own depth included.</summary>
    public const int EvaluationDepth = 1_000;
}
