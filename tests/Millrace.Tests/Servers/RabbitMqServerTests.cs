using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Millrace.Tests.Servers;

[Integration]
public sealed class RabbitMqServerTests(TestServers servers)
{
    private static readonly BasicProperties Persistent = new() { Persistent = true };

    [Fact]
    public async Task Each_test_gets_a_virtual_host_of_its_own()
    {
        var one = await servers.CreateVirtualHostAsync();
        var two = await servers.CreateVirtualHostAsync();

        await PublishAsync(one, "only-in-one");

        Assert.NotEqual(one, two);
        Assert.Equal(1u, await CountAsync(one, "only-in-one"));
        await Assert.ThrowsAsync<OperationInterruptedException>(() => CountAsync(two, "only-in-one"));
    }

    [Theory]
    [InlineData(Stop.Graceful, Traits = ["size", "soak"])]
    [InlineData(Stop.Hard)]
    public async Task A_stopped_broker_comes_back_at_its_address_with_its_messages(Stop how)
    {
        await using var own = await RabbitMqServer.StartPrivateAsync();
        var address = await own.CreateVirtualHostAsync();
        await PublishAsync(address, "kept");

        // The broker confirms a message when it is on disk, but writes down that there is such a queue a moment later, unless it is told to
        if (how == Stop.Hard) await own.ControlAsync("eval", "mnesia:sync_log().");
        await own.StopAsync(how);
        await Assert.ThrowsAsync<BrokerUnreachableException>(() => CountAsync(address, "kept"));
        await own.StartAsync();

        Assert.Equal(1u, await CountAsync(address, "kept"));
    }

    [Fact]
    public async Task A_private_broker_makes_more_virtual_hosts_than_it_started_with()
    {
        await using var own = await RabbitMqServer.StartPrivateAsync(virtualHosts: 0);

        var address = await own.CreateVirtualHostAsync();

        await PublishAsync(address, "works");
        Assert.Equal(1u, await CountAsync(address, "works"));
    }

    private static async Task PublishAsync(string address, string queue)
    {
        await using var connection = await ConnectAsync(address);
        await using var channel = await connection.CreateChannelAsync(new(true, true), TestContext.Current.CancellationToken);
        await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false);
        await channel.BasicPublishAsync("", queue, mandatory: true, Persistent, "hello"u8.ToArray());
    }

    private static async Task<uint> CountAsync(string address, string queue)
    {
        await using var connection = await ConnectAsync(address);
        await using var channel = await connection.CreateChannelAsync();
        return await channel.MessageCountAsync(queue);
    }

    private static Task<IConnection> ConnectAsync(string address) =>
        new ConnectionFactory { Uri = new Uri(address), AutomaticRecoveryEnabled = false }.CreateConnectionAsync();
}
