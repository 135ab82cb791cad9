using Millrace.Providers.Failures;

namespace Millrace.Engine.Tools;

/// <summary>The tools that a request names.</summary>
/// <param name="Tools">In the order of their names in the request.</param>
/// <param name="Refusal">Why the request cannot have them: it names one that has to be there and is not. Null when they are all there.</param>
public sealed record ToolSelection(IReadOnlyList<Tool> Tools, Failure? Refusal = null)
{
    public static ToolSelection None { get; } = new([]);
}
