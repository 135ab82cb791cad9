using System.Text.Json;
using MassTransit;
using Millrace.Contracts;
using Millrace.Engine.Dispatch;
using Millrace.Engine.Poison;
using Millrace.Engine.Publishing;
using Millrace.Engine.Requests;
using Millrace.Engine.Runs;
using Millrace.Engine.Settings;
using Millrace.Persistence.ToolCalls;

namespace Millrace.Worker.Messaging;

/// <summary>
/// Answers whoever has sent a message that is refused, as that kind of message is answered. Of the message only its ids are read. Cancels, replays and decisions have no answer that says
/// no: they are in the error queue, and what they were about goes on.
/// </summary>
internal sealed class PoisonAnswers(Rejections rejections, EventSender events, ToolAnswerStore calls, TicketSender tickets)
{
    public async Task TellAsync(string queue, ReceiveContext message, string problem, CancellationToken cancellation)
    {
        using var document = Parse(message.Body.GetBytes());
        if (document is null) return;
        var sent = new SentIds(document.RootElement);
        switch (queue)
        {
            case QueueNames.Intake:
                await rejections.SendAsync(message, RejectionReason.Malformed, problem, cancellation);
                break;
            case QueueNames.Sessions when sent.Id("requestId") is var request && request != Guid.Empty:
                await SendAsync(new SessionAnswered { RequestId = request, Problem = SessionProblem.Invalid, Message = problem }, sent.Id("sessionId"), sent, cancellation);
                break;
            case QueueNames.Tools when sent.Id("requestId") is var request && request != Guid.Empty:
                await SendAsync(new ToolRegistered { RequestId = request, Name = sent.Text("name") ?? "", Problem = problem }, request, sent, cancellation);
                break;
            case QueueNames.Capabilities when sent.Id("requestId") is var request && request != Guid.Empty:
                await SendAsync(new CapabilitiesAnswered { RequestId = request, Problem = problem }, request, sent, cancellation);
                break;
            case QueueNames.Contents when sent.Id("requestId") is var request && request != Guid.Empty:
                await SendAsync(new ContentAnswered { RequestId = request, Problem = ContentProblem.Invalid, Message = problem }, request, sent, cancellation);
                break;
            case QueueNames.ToolResults:
                await FailCallAsync(sent.Id("generationId"), sent.Text("callId"), cancellation);
                break;
        }
    }

    /// <summary>The model hears that there is no result; the generation would wait for it until it expires.</summary>
    private async Task FailCallAsync(Guid generation, string? call, CancellationToken cancellation)
    {
        if (call is null) return;
        var (_, lane) = await calls.CompleteAsync(generation, call, null, StepCall.Json("The result of this call could not be taken in: workers died over it."), cancellation);
        if (lane is not null) await tickets.SendAsync(generation, lane, cancellation);
    }

    private Task SendAsync<T>(T answer, Guid about, SentIds sent, CancellationToken cancellation) where T : class
    {
        var channel = RequestRules.ChannelOf(sent.Text("channel"));
        return events.SendAsync(answer, about, channel, Guid.NewGuid(), correlation: null, cancellation);
    }

    private static JsonDocument? Parse(byte[] body)
    {
        try
        {
            return JsonDocument.Parse(body);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
