using Millrace.Client.Errors;
using Millrace.Contracts;
using Millrace.Tests.Client.Fakes;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Client;

/// <summary>What the client does when the broker is away, or has no fleet.</summary>
[Integration]
public sealed class BrokerFaultTests(TestServers servers)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Stop.Graceful, Traits = ["size", "soak"])]
    [InlineData(Stop.Hard)]
    public async Task Streams_go_on_over_a_broker_restart_without_loss(Stop how)
    {
        await using var broker = await RabbitMqServer.StartPrivateAsync();
        await using var stage = await Stage.RabbitMqAsync(await broker.CreateVirtualHostAsync());
        var restarted = new TaskCompletionSource();
        stage.Fleet.Plan = _ => new Script { Chunks = 20, Before = sequence => sequence == 10 ? restarted.Task : Task.CompletedTask };
        var client = await stage.ClientAsync();
        var halfway = new CountdownEvent(11);
        Func<ChunkProduced, Task> watch = chunk =>
        {
            if (chunk.Sequence == 9)
                halfway.Signal();
            return Task.CompletedTask;
        };
        var streams = Enumerable.Range(0, 10).Select(_ => client.Stream("hello").SequencesAsync(watch)).ToList();
        var own = new GenerateRequested { GenerationId = Guid.NewGuid(), Prompt = "hello", Channel = "billing" };
        streams.Add(client.Stream(own).SequencesAsync(watch));
        await Until.TrueAsync(() => halfway.IsSet);

        await broker.StopAsync(how);
        var during = client.GenerateAsync("sent while the broker is away", cancellationToken: Token);
        await broker.StartAsync();
        restarted.SetResult();

        Assert.All(await Task.WhenAll(streams), read => Assert.Equal(Reading.Through(20), read));
        try
        {
            await Until.DoneAsync(during);
        }
        catch (FleetUnreachableException)
        {
            // The restart took longer than the publish timeout: said clearly, and safe to repeat.
        }

        Assert.Equal(Reading.Through(20), await client.Stream("afterwards").SequencesAsync());
    }

    [Fact]
    public async Task A_broker_that_takes_nothing_in_is_not_waited_for_longer_than_the_publish_timeout()
    {
        await using var broker = await RabbitMqServer.StartPrivateAsync();
        await using var stage = await Stage.RabbitMqAsync(await broker.CreateVirtualHostAsync());
        var client = await stage.ClientAsync();
        var impatient = await stage.ClientAsync(options => options.PublishTimeout = TimeSpan.FromSeconds(1));
        await client.GenerateAsync("hello", cancellationToken: Token);

        await broker.ControlAsync("set_vm_memory_high_watermark", "0.0000001");
        var request = new GenerateRequested { GenerationId = Guid.NewGuid(), Prompt = "hello" };
        await Assert.ThrowsAsync<FleetUnreachableException>(() => impatient.GenerateAsync(request, Token));
        await broker.ControlAsync("set_vm_memory_high_watermark", "0.4");

        Assert.Equal(5, (await client.GenerateAsync(request, Token)).LastSequence);
    }

    [Fact]
    public async Task Without_any_worker_a_request_fails_at_once_and_says_so()
    {
        var (client, end) = await Stage.ClientOfAServiceAsync(await servers.CreateVirtualHostAsync(), _ => { });

        // Without waiting for anything: the client would for minutes
        var error = await Assert.ThrowsAsync<NoWorkersException>(() => client.GenerateAsync("hello", cancellationToken: Token));
        await Assert.ThrowsAsync<NoWorkersException>(() => client.Stream("hello").SequencesAsync());
        await Assert.ThrowsAsync<NoWorkersException>(() => client.CancelAsync(Guid.NewGuid(), cancellationToken: Token));
        await Assert.ThrowsAsync<NoWorkersException>(() => client.WaitAsync(Guid.NewGuid(), Token));

        Assert.Contains("Start a Millrace worker", error.Message, StringComparison.Ordinal);
        await end();
    }

    [Fact]
    public async Task Without_a_broker_a_call_fails_after_the_ready_timeout()
    {
        var (client, end) = await Stage.ClientOfAServiceAsync(
            $"amqp://guest:secret@127.0.0.1:{FreePorts.Next()}", options => options.ReadyTimeout = TimeSpan.FromSeconds(1));

        var error = await Assert.ThrowsAsync<FleetUnreachableException>(() => client.GenerateAsync("hello", cancellationToken: Token));

        Assert.Contains("127.0.0.1", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.ToString(), StringComparison.Ordinal);
        await Assert.ThrowsAsync<FleetUnreachableException>(() => client.Stream("hello").SequencesAsync());
        await end();
    }

    [Fact]
    public async Task A_client_keeps_no_queue_and_no_binding_when_it_is_gone()
    {
        var address = await servers.CreateVirtualHostAsync();
        var virtualHost = new Uri(address).AbsolutePath[1..];
        await using var stage = await Stage.RabbitMqAsync(address);
        var (client, end) = await Stage.ClientOfAServiceAsync(address, _ => { });
        var own = new GenerateRequested { GenerationId = Guid.NewGuid(), Prompt = "hello", Channel = "billing" };
        await client.GenerateAsync(own, Token);
        var broker = await servers.RabbitMqAsync();
        var bindings = await Until.FitsAsync(
            () => broker.ControlAsync("list_bindings", "-p", virtualHost, "source_name", "routing_key"),
            all => !all.Contains(own.GenerationId.ToString(), StringComparison.Ordinal), "no binding of a generation that has ended");
        Assert.Contains(client.Channel, bindings, StringComparison.Ordinal);

        await end();

        var queues = await broker.ControlAsync("list_queues", "-p", virtualHost, "name");
        Assert.DoesNotContain("millrace-client", queues, StringComparison.Ordinal);
        Assert.Contains("fake-intake", queues, StringComparison.Ordinal);
    }
}
