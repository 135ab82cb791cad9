using System.Text.Json;
using Microsoft.Extensions.AI;
using Millrace.Contracts;
using Millrace.Providers.Failures;

namespace Millrace.Providers.Adapters;

/// <summary>The tools of one call, and whether the model may be made to use them.</summary>
/// <param name="tools">What the model may call.</param>
/// <param name="mayInsist">
/// False once it has called them: a model that has to call a tool in every step would never answer.
/// </param>
/// <param name="fixedChoice">What holds whatever the request says.</param>
public sealed class ToolChoices(IReadOnlyList<AIFunctionDeclaration> tools, bool mayInsist, string? fixedChoice = null)
{
    private static readonly JsonElement AnyArguments = JsonElement.Parse("""{"type":"object"}""");

    public static ToolChoices None { get; } = new([], mayInsist: false);

    /// <summary>
    /// For a call without tools the ones that the conversation has used, which may not be called any more: Anthropic's API has refused
    /// calls of tools that the request does not have.
    /// </summary>
    public ToolChoices OrThoseCalledIn(IReadOnlyList<ChatMessage> messages)
    {
        if (tools.Count > 0) return this;
        var calls = messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>();
        return new([.. calls.Select(call => call.Name).Distinct().Select(Retired)], mayInsist: false, "none");
    }

    /// <summary>Adds the tools in the provider's form.</summary>
    /// <exception cref="ProviderException">The choice is a tool that is not among them.</exception>
    public MappedOptions Apply(MappedOptions mapped, GenerationOptions? options, IProviderAdapter adapter)
    {
        if (tools.Count == 0) return mapped;
        var asked = fixedChoice ?? options?.ToolChoice ?? "auto";
        var isTool = asked is not ("auto" or "none" or "required");
        if (mayInsist && isTool && tools.All(tool => tool.Name != asked)) throw Unknown(asked);
        var choice = mayInsist || asked == "none" ? asked : "auto";
        return adapter.Offer(mapped, new(tools, asked, choice) { Parallel = options?.ParallelToolCalls });
    }

    private static AIFunctionDeclaration Retired(string name) =>
        AIFunctionFactory.CreateDeclaration(name, "Not available any more.", AnyArguments);

    private ProviderException Unknown(string asked) => new(
        FailureReason.InvalidRequest,
        $"options.toolChoice is '{asked}'; it must be auto, none, required, or one of the request's tools: "
        + $"{string.Join(", ", tools.Select(tool => tool.Name))}.");
}
