using System.ComponentModel;
using Millrace.Persistence.Model;
using Millrace.Persistence.ToolCalls;

namespace Millrace.Gateway.Native;

/// <summary>A tool call of a generation as it stands. What is not known yet is absent.</summary>
internal sealed record ToolCallView
{
    [Description("The call's id, unique in its generation.")]
    public required string CallId { get; init; }

    [Description("Which provider call of the generation asked for it, from 1.")]
    public required int Step { get; init; }

    [Description("The tool.")]
    public required string Name { get; init; }

    [Description("Its arguments, a JSON object as text.")]
    public required string Arguments { get; init; }

    [Description("requested, approving (a person is asked), approved, running, waiting (for the service that has the tool), completed, failed or skipped. The last three are final.")]
    public required string State { get; init; }

    [Description("What it returned.")]
    public string? Result { get; init; }

    [Description("Why there is no result, as the model is told.")]
    public string? Error { get; init; }

    [Description("Who ran it: a worker's name, or remote.")]
    public string? Executor { get; init; }

    [Description("How often it was begun, or sent out.")]
    public required int Attempts { get; init; }

    public required DateTimeOffset RequestedAt { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }

    [Description("Until when an answer or somebody's consent is waited for.")]
    public DateTimeOffset? Deadline { get; init; }

    public static ToolCallView Of(PastToolCall call) => new()
    {
        CallId = call.CallId,
        Step = call.Step,
        Name = call.Name,
        Arguments = call.Arguments,
        State = call.State,
        Result = call.Result,
        Error = call.Error,
        Executor = call.Executor,
        Attempts = call.Attempts,
        RequestedAt = call.RequestedAt,
        StartedAt = call.StartedAt,
        EndedAt = call.EndedAt,
        Deadline = ToolCallState.IsTerminal(call.State) ? null : call.Deadline,
    };
}
