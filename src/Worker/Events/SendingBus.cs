using MassTransit;
using Millrace.Contracts;

namespace Millrace.Worker.Events;

/// <summary>
/// The bus that sends. It never consumes: a broker in alarm blocks every connection that has published, and the acks of a
/// connection that also consumes would wait with it. Public because MassTransit implements it at run time.
/// </summary>
public interface ISendingBus : IBus;

/// <summary>Where everything that leaves goes: the sending bus of a fleet worker, the one bus of the embedded default.</summary>
internal sealed class Outbound(IBus bus)
{
    private static readonly Uri Events = new($"exchange:{EventRouting.Exchange}?type=topic");

    public Task<ISendEndpoint> EventsAsync() => bus.GetSendEndpoint(Events);

    /// <summary>To the exchange of its type, as any producer would.</summary>
    public Task PublishAsync<T>(T message, CancellationToken cancellation) where T : class => bus.Publish(message, cancellation);

    /// <summary>A queue by its exchange: <c>queue:</c> would declare it with default arguments and collide with a quorum queue.</summary>
    public Task<ISendEndpoint> QueueAsync(string queue) => bus.GetSendEndpoint(new Uri($"exchange:{queue}"));
}
