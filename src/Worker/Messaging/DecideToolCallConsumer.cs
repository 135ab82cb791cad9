using MassTransit;
using Millrace.Contracts;
using Millrace.Engine.Dispatch;
using Millrace.Engine.Failures;
using Millrace.Engine.Publishing;
using Millrace.Engine.Runs;
using Millrace.Engine.Telemetry;
using Millrace.Persistence.ToolCalls;

namespace Millrace.Worker.Messaging;

/// <summary>Consent to a call, or its refusal: recorded once. The generation goes on with the call, or without it.</summary>
internal sealed partial class DecideToolCallConsumer(ToolAnswerStore store, TicketSender tickets, FleetMetrics metrics, ILogger<DecideToolCallConsumer> log) : IConsumer<DecideToolCall>
{
    public async Task Consume(ConsumeContext<DecideToolCall> context)
    {
        var (decision, cancellation) = (context.Message, context.CancellationToken);
        if (decision.GenerationId == Guid.Empty) throw new MalformedMessageException("GenerationId is the empty GUID; name the generation that asked.");
        if (string.IsNullOrEmpty(decision.CallId)) throw new MalformedMessageException("CallId is missing; name the call.");
        if (decision.CallId.Contains('\0', StringComparison.Ordinal)) throw new MalformedMessageException("CallId has a character U+0000; no call's id has one.");
        if (await store.FindAsync(decision.GenerationId, decision.CallId, cancellation) is not { } call)
            throw new MalformedMessageException($"Generation {decision.GenerationId} has no tool call '{decision.CallId}'.");

        var refusal = decision.Approve ? null : StepCall.Json($"The call was refused, so it was not made. {CancelReason.Of(decision.Reason)}".TrimEnd());
        var (taken, lane) = await store.DecideAsync(decision.GenerationId, decision.CallId, refusal, cancellation);
        if (taken && !decision.Approve) metrics.ToolCalled("nobody", "refused");
        if (!taken) LogIgnored(decision.CallId, decision.GenerationId, call.State);
        if (lane is not null) await tickets.SendAsync(decision.GenerationId, lane, cancellation);
    }

    [LoggerMessage(LogLevel.Information, "A decision on call {Call} of {Generation} changes nothing: the call is not waiting for it, or no longer ({State})")]
    private partial void LogIgnored(string call, Guid generation, string state);
}
