using MassTransit;
using MassTransit.RabbitMqTransport;
using Millrace.Contracts;
using RabbitMQ.Client;

namespace Millrace.Client.Inbox;

/// <summary>
/// Follows a key by one more binding of the inbox's own exchange, made on the inbox's channel: one round trip, no queue and no channel of its
/// own, so thousands of generations can be followed. (An endpoint for each would be limited by the connection's 2,047 channels.)
/// </summary>
internal sealed class RabbitMqBindings(string queue) : IEventBindings, IDisposable
{
    private readonly Dictionary<string, int> followed = [];
    private readonly SemaphoreSlim oneAtATime = new(1);
    private volatile ChannelContext? channel;

    public void BindLabel(IReceiveEndpointConfigurator endpoint, string label)
    {
        var rabbit = (IRabbitMqReceiveEndpointConfigurator)endpoint;
        rabbit.Durable = false;
        rabbit.AutoDelete = true;
        rabbit.Exclusive = true;
        rabbit.Bind(EventRouting.Exchange, binding =>
        {
            binding.ExchangeType = ExchangeType.Topic;
            binding.Durable = true;
            binding.AutoDelete = false;
            binding.RoutingKey = $"*.{label}.*";
        });
        rabbit.ConfigureChannel(pipe => pipe.UseExecute(channel => this.channel = channel));
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
    /// Makes the broker's binding what it should be now. A failure means a lost channel: <see cref="RestoreAsync"/> follows when there is a new one,
    /// and the replay finds what was missed.
    /// </summary>
    private async Task SettleAsync(string key, CancellationToken cancellationToken)
    {
        await oneAtATime.WaitAsync(cancellationToken);
        try
        {
            if (this.channel is not { Channel: { IsOpen: true } channel })
                return;
            bool wanted;
            lock (followed)
                wanted = followed.ContainsKey(key);
            if (wanted)
                await channel.ExchangeBindAsync(queue, EventRouting.Exchange, key, cancellationToken: cancellationToken);
            else
                await channel.ExchangeUnbindAsync(queue, EventRouting.Exchange, key, cancellationToken: cancellationToken);
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
