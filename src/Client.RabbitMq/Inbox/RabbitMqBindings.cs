using MassTransit;
using Millrace.Client.RabbitMq.Broker;
using Millrace.Contracts;
using RabbitMQ.Client;

namespace Millrace.Client.RabbitMq.Inbox;

/// <summary>
/// Follows a key by one more binding of the inbox's own exchange: one round trip, no queue and no channel of its own, so thousands of generations can be followed.
/// (An endpoint for each would be limited by the connection's 2,047 channels.) All of it goes over a channel of our own on the inbox's connection, one after the
/// other: the inbox's queue belongs to that connection alone.
/// </summary>
internal sealed class RabbitMqBindings(string queue, TimeProvider time, EndpointWatch? watch) : IEventBindings, IDisposable
{
    private readonly Dictionary<string, int> followed = [];
    private readonly SemaphoreSlim oneAtATime = new(1);
    private BrokerTopology topology = new();
    private volatile IConnection? connection;
    private DeclarationChannel? channel;

    public void BindLabel(IReceiveEndpointConfigurator endpoint, string label)
    {
        var rabbit = (IRabbitMqReceiveEndpointConfigurator)endpoint;
        rabbit.Durable = false;
        rabbit.AutoDelete = true;
        rabbit.Exclusive = true;
        topology = new BrokerTopology()
            .Exchange(new(EventRouting.Exchange, ExchangeType.Topic, OnlyIfMissing: true))
            .Queue(new(queue, Durable: false, Exclusive: true, AutoDelete: true, new Dictionary<string, object?>()))
            .Bind(queue, EventRouting.Exchange, $"*.{label}.*");
        rabbit.DeclareFirst(time, async (connection, cancellation) =>
        {
            EndpointTopology.Whole(await topology.DeclareAsync(connection, cancellation));
            this.connection = connection;
        });
    }

    public Task FollowAsync(string routingKey, CancellationToken cancellationToken)
    {
        Count(routingKey, 1);
        return SettleAsync(routingKey, cancellationToken);
    }

    public Task UnfollowAsync(string routingKey, CancellationToken cancellationToken) =>
        Count(routingKey, -1) == 0 ? SettleAsync(routingKey, cancellationToken) : Task.CompletedTask;

    public async Task RestoreAsync(CancellationToken cancellationToken)
    {
        string[] keys;
        lock (followed)
            keys = [.. followed.Keys];
        foreach (var key in keys)
            await SettleAsync(key, cancellationToken);
    }

    public async Task KeepAsync(CancellationToken cancellationToken)
    {
        if (this.connection is not { IsOpen: true } connection)
            return;
        try
        {
            var report = await topology.DeclareAsync(connection, cancellationToken);
            watch?.Look(report.Consumers);
            await RestoreAsync(cancellationToken);
        }
        catch (Exception)
        {
            // The connection is lost or does not answer: all is done again on the next one, or in the next round.
        }
    }

    public void Dispose() => oneAtATime.Dispose();

    private int Count(string key, int change)
    {
        lock (followed)
        {
            var count = followed.GetValueOrDefault(key) + change;
            if (count == 0)
                followed.Remove(key);
            else
                followed[key] = count;
            return count;
        }
    }

    /// <summary>
    /// Makes the broker's binding what it should be now. A failure means a lost connection: <see cref="RestoreAsync"/> follows when there is a new one, and the
    /// replay finds what was missed.
    /// </summary>
    private async Task SettleAsync(string key, CancellationToken cancellationToken)
    {
        await oneAtATime.WaitAsync(cancellationToken);
        try
        {
            if (this.connection is not { IsOpen: true } connection)
                return;
            if (channel?.Connection != connection)
                channel = new DeclarationChannel(connection);
            bool wanted;
            lock (followed)
                wanted = followed.ContainsKey(key);
            await channel.TryAsync(
                (open, token) => wanted
                    ? open.ExchangeBindAsync(queue, EventRouting.Exchange, key, cancellationToken: token)
                    : open.ExchangeUnbindAsync(queue, EventRouting.Exchange, key, cancellationToken: token),
                cancellationToken);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Said above.
        }
        finally
        {
            oneAtATime.Release();
        }
    }
}
