using MassTransit;
using MassTransit.Transports.Fabric;
using Millrace.Contracts;

namespace Millrace.Client.RabbitMq.Inbox;

/// <summary>
/// The in-memory transport never removes a binding, so nothing is bound for single keys: the first follower opens one more
/// endpoint that gets every event, and the inbox picks.
/// </summary>
internal sealed class InMemoryBindings(Func<Action<IReceiveEndpointConfigurator>, HostReceiveEndpointHandle> connectEverything) : IEventBindings
{
    private readonly Lock gate = new();
    private HostReceiveEndpointHandle? everything;

    public void BindLabel(IReceiveEndpointConfigurator endpoint, string label) => Bind(endpoint, $"*.{label}.*");

    public Task FollowAsync(string routingKey, CancellationToken cancellationToken)
    {
        lock (gate)
            everything ??= connectEverything(endpoint => Bind(endpoint, "#"));
        return everything.Ready.WaitAsync(cancellationToken);
    }

    public Task UnfollowAsync(string routingKey, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task RestoreAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task KeepAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static void Bind(IReceiveEndpointConfigurator endpoint, string routingKey) =>
        ((IInMemoryReceiveEndpointConfigurator)endpoint).Bind(EventRouting.Exchange, ExchangeType.Topic, routingKey);
}
