using System.Text.Json;
using Millrace.Contracts;
using Millrace.Persistence;

namespace Millrace.Worker.Tools;

/// <summary>What the model said in a step before it called its tools.</summary>
internal sealed record StepContent(string Text, IReadOnlyList<Reasoning>? Reasoning = null)
{
    public string ToJson() => JsonSerializer.Serialize(this, ContractsJson.Options);
}

/// <summary>A piece of reasoning, which its provider wants to see again beside the results.</summary>
/// <param name="Proof">What the provider gave with it to know it again.</param>
internal sealed record Reasoning(string Text, string? Proof);

/// <summary>A step of a run that ended in tool calls, with its calls in order.</summary>
internal sealed record RunStep(int Number, string Provider, string Model, StepContent Content, long Through, TokenUsage? Usage, IReadOnlyList<StepCall> Calls)
{
    public static RunStep Of(RecordedStep step, IEnumerable<RecordedCall> calls) => new(
        step.Number, step.Provider, step.Model, JsonSerializer.Deserialize<StepContent>(step.Content, ContractsJson.Options)!, step.Through,
        step.Usage is null ? null : JsonSerializer.Deserialize<TokenUsage>(step.Usage, ContractsJson.Options),
        [.. calls.Where(call => call.Step == step.Number).Select(call => new StepCall(call))]);

    /// <summary>True when each call has its result.</summary>
    public bool IsSettled => Calls.All(call => call.Result is not null);

    /// <summary>The messages that it leaves in a conversation: the model's, and the tools'.</summary>
    public IReadOnlyList<SessionMessage> Messages(Guid generation) =>
    [
        new()
        {
            Role = MessageRole.Assistant, Text = Content.Text, ToolCalls = [.. Calls.Select(call => call.Call)],
            GenerationId = generation, Provider = Provider, Model = Model, Usage = Usage,
        },
        new() { Role = MessageRole.Tool, Text = "", ToolResults = [.. Calls.Select(call => call.Result ?? Unsettled(call))], GenerationId = generation },
    ];

    /// <summary>What is said of a call that was open when its generation ended.</summary>
    public const string EndedFirst = "The generation ended before this call did.";

    private static ToolResult Unsettled(StepCall call) => new(call.Id, EndedFirst, IsError: true);
}
