using MassTransit;
using MassTransit.Logging;
using Millrace.Client.RabbitMq.Requests;
using Millrace.Contracts;
using Millrace.Engine.Dispatch;
using Millrace.Engine.Publishing;
using Millrace.Engine.Requests;
using OpenTelemetry;

namespace Millrace.Worker.Messaging;

/// <summary>
/// Where everything that leaves goes: the sending bus of a fleet worker, the one bus of the embedded default. The transport can hang in a send after a reconnect, deaf
/// to its token, so nobody waits for it any longer than the token allows; the token is the caller's deadline.
/// </summary>
/// <param name="bus">The bus.</param>
/// <param name="userId">The broker's account, where the workers are to know who sends what they consume; else null.</param>
internal sealed class Outbound(IBus bus, string? userId = null) : IEventPublisher, IRunQueue
{
    private static readonly Uri ReplyTo = new("exchange:amq.rabbitmq.reply-to");
    private static readonly Uri Events = new($"exchange:{EventRouting.Exchange}?type=topic");

    private bool IsInMemory => bus.Address.Scheme == "loopback";

    /// <summary>To the events' exchange.</summary>
    public async Task SendEventAsync<T>(OutgoingEvent<T> outgoing, CancellationToken deadline) where T : class
    {
        using var quiet = outgoing.SpanId is null ? null : SuppressInstrumentationScope.Begin();
        var pipe = Pipe.ExecuteAsync<SendContext<T>>(async context =>
        {
            if (outgoing.Check is { } check) await check(context.CancellationToken);
            context.MessageId = outgoing.MessageId;
            context.CorrelationId = outgoing.GenerationId;
            context.Apply(outgoing.Correlation);
            context.SetRoutingKey(outgoing.RoutingKey);
            if (outgoing.SpanId is { } span) context.Headers.Set(DiagnosticHeaders.ActivityId, span);
        });
        await SendAsync(Events, outgoing.Message, pipe, deadline).WaitAsync(deadline);
    }

    /// <summary>To the exchange of its type, as any producer would.</summary>
    public Task PublishAsync<T>(T message, CancellationToken deadline) where T : class =>
        bus.Publish(message, context => context.SetUserId(userId), deadline).WaitAsync(deadline);

    /// <summary>To the lane's queue by its exchange: <c>queue:</c> would declare it with default arguments and collide with a quorum queue.</summary>
    public Task EnqueueAsync(string lane, RunTicket ticket, CancellationToken deadline) =>
        SendAsync(new Uri($"exchange:{Lane.QueueOf(lane)}"), ticket, Pipe.Empty<SendContext<RunTicket>>(), deadline).WaitAsync(deadline);

    /// <summary>
    /// To the broker's nameless exchange, whose routing keys are the names of queues: nothing is declared, and what is for a queue that has gone is dropped.
    /// MassTransit knows it as RabbitMQ's reply-to. In memory a queue is its exchange.
    /// </summary>
    public Task AnswerAsync<T>(T message, Guid subject, Correlation? correlation, Requester requester, CancellationToken deadline) where T : class
    {
        var address = IsInMemory ? new Uri($"exchange:{Uri.EscapeDataString(requester.Queue)}") : ReplyTo;
        return !requester.Takes(typeof(T)) && RequestFaults.Of(message) is { } fault
            ? SendAsync(address, fault, AnswerPipe.Of<Fault<GenerateRequested>>(subject, correlation, requester), deadline).WaitAsync(deadline)
            : SendAsync(address, message, AnswerPipe.Of<T>(subject, correlation, requester), deadline).WaitAsync(deadline);
    }

    private async Task SendAsync<T>(Uri address, T message, IPipe<SendContext<T>> pipe, CancellationToken deadline) where T : class
    {
        var endpoint = await bus.GetSendEndpoint(address);
        await endpoint.Send(message, pipe, deadline);
    }
}
