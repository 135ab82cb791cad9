using Microsoft.Extensions.AI;

namespace Millrace.Providers.Adapters;

/// <summary>The tools of one call, and what the request says about their use.</summary>
/// <param name="Tools">What the model may call.</param>
/// <param name="Asked">The request's <c>toolChoice</c>: auto, none, required, or a tool's name.</param>
/// <param name="Choice">The same for this call: <c>auto</c> once the model has called them.</param>
public sealed record ToolOffer(IReadOnlyList<AIFunctionDeclaration> Tools, string Asked, string Choice)
{
    /// <summary>The request's <c>parallelToolCalls</c>.</summary>
    public bool? Parallel { get; init; }

    /// <summary>Whether the request wants the model held to a tool's schema; null when it does not say.</summary>
    public static bool? StrictOf(AIFunctionDeclaration tool) =>
        tool.AdditionalProperties.TryGetValue("strict", out var strict) ? strict as bool? : null;

    /// <summary>True when the request makes the model call a tool, in this call or in an earlier one.</summary>
    public bool Insists => Asked is not ("auto" or "none");
}
