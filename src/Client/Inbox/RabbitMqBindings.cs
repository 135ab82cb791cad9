using MassTransit;
using MassTransit.RabbitMqTransport;
using Millrace.Contracts;
using RabbitMQ.Client;

namespace Millrace.Client.Inbox;

/// <summary>
/// Follows a generation by one more binding of the inbox's own exchange, made on the inbox's channel: one round trip, no queue and no channel of its
/// own, so thousands can be followed. (An endpoint for each would be limited by the connection's 2,047 channels.)
/// </summary>
internal sealed class RabbitMqBindings(string queue) : IEventBindings, IDisposable
{
    private readonly Dictionary<Guid, int> followed = [];
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

    public Task FollowAsync(Guid generationId, CancellationToken cancellationToken)
    {
        Count(generationId, 1);
        return SettleAsync(generationId, cancellationToken);
    }

    public Task UnfollowAsync(Guid generationId, CancellationToken cancellationToken) =>
        Count(generationId, -1) == 0 ? SettleAsync(generationId, cancellationToken) : Task.CompletedTask;

    public async Task RestoreAsync(CancellationToken cancellationToken)
    {
        Guid[] ids;
        lock (followed)
            ids = [.. followed.Keys];
        foreach (var generationId in ids)
            await SettleAsync(generationId, cancellationToken);
    }

    public void Dispose() => oneAtATime.Dispose();

    private int Count(Guid generationId, int change)
    {
        lock (followed)
        {
            var count = followed.GetValueOrDefault(generationId) + change;
            if (count == 0)
                followed.Remove(generationId);
            else
                followed[generationId] = count;
            return count;
        }
    }

    /// <summary>
    /// Makes the broker's binding what it should be now. A failure means a lost channel: <see cref="RestoreAsync"/> follows when there is a new one,
    /// and the replay finds what was missed.
    /// </summary>
    private async Task SettleAsync(Guid generationId, CancellationToken cancellationToken)
    {
        await oneAtATime.WaitAsync(cancellationToken);
        try
        {
            if (this.channel is not { Channel: { IsOpen: true } channel })
                return;
            bool wanted;
            lock (followed)
                wanted = followed.ContainsKey(generationId);
            var key = $"*.*.{generationId:D}";
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
