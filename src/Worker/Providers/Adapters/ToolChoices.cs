using Microsoft.Extensions.AI;

namespace Millrace.Worker.Providers;

/// <summary>The tools of one call, and whether the model may be made to use them.</summary>
/// <param name="tools">What the model may call.</param>
/// <param name="mayInsist">
/// False once it has called them: a model that has to call a tool in every step would never answer.
/// </param>
internal sealed class ToolChoices(IReadOnlyList<AITool> tools, bool mayInsist)
{
    public static ToolChoices None { get; } = new([], mayInsist: false);

    /// <summary>Adds the tools in the provider's form. <c>auto</c> is every provider's default and is not sent.</summary>
    public MappedOptions Apply(MappedOptions mapped, string? choice, ProviderKind kind)
    {
        if (tools.Count == 0) return mapped;
        if (kind == ProviderKind.Ollama && choice == "none") return mapped; // its wire has no choice, but what is not shown is not called
        mapped.Chat.Tools = [.. tools];
        if (choice is null or "auto") return mapped;
        if (kind == ProviderKind.Ollama) return mapped with { Ignored = [.. mapped.Ignored, "toolChoice"] };
        mapped.Chat.ToolMode = choice == "none" ? ChatToolMode.None
            : !mayInsist ? ChatToolMode.Auto
            : choice == "required" ? ChatToolMode.RequireAny
            : ChatToolMode.RequireSpecific(choice);
        return mapped;
    }
}
