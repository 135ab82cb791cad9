using MassTransit;
using Millrace.Contracts;
using Millrace.Engine.Dispatch;
using Millrace.Engine.Failures;
using Millrace.Engine.Runs;
using Millrace.Engine.Settings;
using Millrace.Engine.Telemetry;
using Millrace.Engine.Tools;
using Millrace.Persistence.ToolCalls;

namespace Millrace.Worker.Messaging;

/// <summary>
/// The result of a call that another service made: recorded once, and the generation goes on when it was the last one. What comes too late, or again, changes
/// nothing.
/// </summary>
internal sealed partial class ToolCallCompletedConsumer(
    ToolAnswerStore store, ToolCatalog catalog, TicketSender tickets, FleetMetrics metrics, ILogger<ToolCallCompletedConsumer> log) : IConsumer<ToolCallCompleted>
{
    public async Task Consume(ConsumeContext<ToolCallCompleted> context)
    {
        var (answer, cancellation) = (context.Message, context.CancellationToken);
        if (Problem(answer) is { } problem) throw new MalformedMessageException(problem);
        if (await store.FindAsync(answer.GenerationId, answer.CallId, cancellation) is not { } call)
            throw new MalformedMessageException($"Generation {answer.GenerationId} has no tool call '{answer.CallId}'.");

        var most = (await catalog.FindAsync(call.Name, cancellation))?.Options.MaxResultCharacters ?? new ToolOptions().MaxResultCharacters;
        var text = StepCall.Json(ToolResultText.Cut(answer.Error ?? answer.Result ?? "", most));
        var (taken, lane) = await store.CompleteAsync(
            answer.GenerationId, answer.CallId, answer.Error is null ? text : null, answer.Error is null ? null : text, cancellation);
        if (taken) metrics.ToolCalled("service", answer.Error is null ? "completed" : "failed");
        else LogIgnored(answer.CallId, answer.GenerationId, call.State);
        if (lane is not null) await tickets.SendAsync(answer.GenerationId, lane, cancellation);
    }

    private static string? Problem(ToolCallCompleted answer) => answer switch
    {
        { GenerationId: var id } when id == Guid.Empty => "GenerationId is the empty GUID; name the generation that asked.",
        { CallId: null or "" } => "CallId is missing; name the call.",
        { CallId: var call } when call.Contains('\0', StringComparison.Ordinal) => "CallId has a character U+0000; no call's id has one.",
        { Result: not null, Error: not null } => "Both Result and Error are given; give one of them.",
        _ => null,
    };

    [LoggerMessage(LogLevel.Information, "An answer to call {Call} of {Generation} changes nothing: the call is not waiting for it, or no longer ({State})")]
    private partial void LogIgnored(string call, Guid generation, string state);
}
