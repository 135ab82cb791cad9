using System.Text.Json;
using Millrace.Contracts;
using Millrace.Persistence.Model;
using Millrace.Persistence.ToolCalls;

namespace Millrace.Engine.Runs;

/// <summary>A step of a run that ended in tool calls, with its calls in order.</summary>
public sealed record RunStep(int Number, string Provider, string Model, StepContent Content, long Through, TokenUsage? Usage, IReadOnlyList<StepCall> Calls)
{
    /// <summary>US dollars, as they were counted when it was made; null if not known.</summary>
    public decimal? Cost { get; private init; }

    public static RunStep Of(RecordedStep step, IEnumerable<RecordedCall> calls) => new(
        step.Number, step.Provider, step.Model, JsonSerializer.Deserialize<StepContent>(step.Content, ContractsJson.Options)!, step.Through,
        step.Usage is null ? null : JsonSerializer.Deserialize<TokenUsage>(step.Usage, ContractsJson.Options),
        [.. calls.Where(call => call.Step == step.Number).Select(call => new StepCall(call))])
    {
        Cost = Nanos.ToDollars(step.CostNanos),
    };

    /// <summary>The calls that are the caller's to make: with them the generation ends.</summary>
    public IReadOnlyList<StepCall> Handed => [.. Calls.Where(call => call.IsHanded)];

    /// <summary>The fleet's own calls that have no result yet.</summary>
    public IReadOnlyList<StepCall> Open => [.. Calls.Where(call => call.Result is null && !call.IsHanded)];

    /// <summary>When the first of them is asked again, or is given up.</summary>
    public DateTimeOffset? LookAgainAt => Open.Select(call => call.AgainAt < call.Deadline ? call.AgainAt : call.Deadline).Min();

    /// <summary>True when each call of the fleet's has its result.</summary>
    public bool IsSettled => Open.Count == 0;

    /// <summary>The messages that it leaves in a conversation: the model's, and the tools'. What comes of calls that the caller makes is another request's.</summary>
    public IReadOnlyList<SessionMessage> Messages(Guid generation) =>
    [
        new()
        {
            Role = MessageRole.Assistant, Text = Content.Text, ToolCalls = [.. Calls.Select(call => call.Call)],
            GenerationId = generation, Provider = Provider, Model = Model, Usage = Usage,
        },
        .. Results is { Count: > 0 } results ? [new() { Role = MessageRole.Tool, Text = "", ToolResults = results, GenerationId = generation }] : Array.Empty<SessionMessage>(),
    ];

    private IReadOnlyList<ToolResult> Results => [.. Calls.Where(call => !call.IsHanded).Select(call => call.Result ?? Unsettled(call))];

    /// <summary>What is said of a call that was open when its generation ended.</summary>
    public const string EndedFirst = "The generation ended before this call did.";

    private static ToolResult Unsettled(StepCall call) => new(call.Id, EndedFirst, IsError: true);
}
