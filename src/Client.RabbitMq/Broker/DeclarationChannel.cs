using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Millrace.Client.RabbitMq.Broker;

/// <summary>A channel for one declaration after the other. The broker closes it with what it refuses; the next one gets another.</summary>
internal sealed class DeclarationChannel(IConnection connection) : IAsyncDisposable
{
    private IChannel? channel;

    public IConnection Connection => connection;

    /// <summary>Null when it was done, else the broker's code of refusal. A lost connection is thrown.</summary>
    public async Task<int?> TryAsync(Func<IChannel, CancellationToken, Task> declare, CancellationToken cancellation)
    {
        if (channel is not { IsOpen: true })
            channel = await connection.CreateChannelAsync(cancellationToken: cancellation).WaitAsync(cancellation);
        try
        {
            await declare(channel, cancellation).WaitAsync(cancellation);
            return null;
        }
        catch (OperationInterruptedException refused) when (connection.IsOpen && refused.ShutdownReason is not null)
        {
            return refused.ShutdownReason.ReplyCode;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (channel is null)
            return;
        try
        {
            await channel.DisposeAsync();
        }
        catch (Exception)
        {
            // It is closed, or goes with its connection.
        }
    }
}
