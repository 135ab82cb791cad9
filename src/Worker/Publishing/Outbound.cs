using MassTransit;
using Millrace.Client.RabbitMq.Requests;
using Millrace.Contracts;

namespace Millrace.Worker.Publishing;

/// <summary>
/// Where everything that leaves goes: the sending bus of a fleet worker, the one bus of the embedded default. The transport can hang in a send after a reconnect, deaf
/// to its token, so nobody waits for it any longer than the token allows; the token is the caller's deadline.
/// </summary>
/// <param name="bus">The bus.</param>
/// <param name="userId">The broker's account, where the workers are to know who sends what they consume; else null.</param>
internal sealed class Outbound(IBus bus, string? userId = null)
{
    private static readonly Uri ReplyTo = new("exchange:amq.rabbitmq.reply-to");
    private static readonly Uri Events = new($"exchange:{EventRouting.Exchange}?type=topic");

    private bool IsInMemory => bus.Address.Scheme == "loopback";

    /// <summary>To the events' exchange.</summary>
    public Task SendEventAsync<T>(T message, IPipe<SendContext<T>> pipe, CancellationToken deadline) where T : class =>
        SendAsync(Events, message, pipe, deadline).WaitAsync(deadline);

    /// <summary>To the exchange of its type, as any producer would.</summary>
    public Task PublishAsync<T>(T message, CancellationToken deadline) where T : class =>
        bus.Publish(message, context => context.SetUserId(userId), deadline).WaitAsync(deadline);

    /// <summary>To a queue by its exchange: <c>queue:</c> would declare it with default arguments and collide with a quorum queue.</summary>
    public Task SendToQueueAsync<T>(string queue, T message, CancellationToken deadline) where T : class =>
        SendAsync(new Uri($"exchange:{queue}"), message, Pipe.Empty<SendContext<T>>(), deadline).WaitAsync(deadline);

    /// <summary>
    /// To the broker's nameless exchange, whose routing keys are the names of queues: nothing is declared, and what is for a queue that has gone is dropped.
    /// MassTransit knows it as RabbitMQ's reply-to. In memory a queue is its exchange.
    /// </summary>
    public Task AnswerAsync<T>(string queue, T message, IPipe<SendContext<T>> pipe, CancellationToken deadline) where T : class =>
        SendAsync(IsInMemory ? new Uri($"exchange:{Uri.EscapeDataString(queue)}") : ReplyTo, message, pipe, deadline).WaitAsync(deadline);

    private async Task SendAsync<T>(Uri address, T message, IPipe<SendContext<T>> pipe, CancellationToken deadline) where T : class
    {
        var endpoint = await bus.GetSendEndpoint(address);
        await endpoint.Send(message, pipe, deadline);
    }
}
