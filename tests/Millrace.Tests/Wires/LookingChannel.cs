using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Millrace.Tests.Wires;

/// <summary>Looks what the broker has, without making it.</summary>
internal sealed class LookingChannel : IAsyncDisposable
{
    private readonly IConnection connection;

    private LookingChannel(IConnection connection) => this.connection = connection;

    public static async Task<LookingChannel> StartAsync(string rabbitMq) => new(await new ConnectionFactory { Uri = new Uri(rabbitMq) }.CreateConnectionAsync());

    public Task<bool> HasExchangeAsync(string name) => HasAsync(channel => channel.ExchangeDeclarePassiveAsync(name));

    public Task<bool> HasQueueAsync(string name) => HasAsync(channel => channel.QueueDeclarePassiveAsync(name));

    public ValueTask DisposeAsync() => connection.DisposeAsync();

    /// <summary>A name that is not there closes the channel.</summary>
    private async Task<bool> HasAsync(Func<IChannel, Task> declare)
    {
        await using var channel = await connection.CreateChannelAsync();
        try
        {
            await declare(channel);
            return true;
        }
        catch (OperationInterruptedException)
        {
            return false;
        }
    }
}
