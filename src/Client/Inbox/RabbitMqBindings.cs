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
    private readonly Dictionary<Guid, int> _followed = [];
    private readonly SemaphoreSlim _oneAtATime = new(1);
    private volatile ChannelContext? _channel;

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
        rabbit.ConfigureChannel(pipe => pipe.UseExecute(channel => _channel = channel));
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
        Guid[] followed;
        lock (_followed)
            followed = [.. _followed.Keys];
        foreach (var generationId in followed)
            await SettleAsync(generationId, cancellationToken);
    }

    public void Dispose() => _oneAtATime.Dispose();

    private int Count(Guid generationId, int change)
    {
        lock (_followed)
        {
            var count = _followed.GetValueOrDefault(generationId) + change;
            if (count == 0)
                _followed.Remove(generationId);
            else
                _followed[generationId] = count;
            return count;
        }
    }

    /// <summary>
    /// Makes the broker's binding what it should be now. A failure means a lost channel: <see cref="RestoreAsync"/> follows when there is a new one,
    /// and the replay finds what was missed.
    /// </summary>
    private async Task SettleAsync(Guid generationId, CancellationToken cancellationToken)
    {
        await _oneAtATime.WaitAsync(cancellationToken);
        try
        {
            if (_channel is not { Channel: { IsOpen: true } channel })
                return;
            bool wanted;
            lock (_followed)
                wanted = _followed.ContainsKey(generationId);
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
            _oneAtATime.Release();
        }
    }
}
