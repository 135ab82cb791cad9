using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Millrace.Client;
using Millrace.Client.Errors;
using Millrace.Client.RabbitMq;
using Millrace.Client.Streaming;
using Millrace.Contracts;
using Millrace.Persistence.Chunks;
using Millrace.Tests.Gateway;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Fleet;

/// <summary>The client library against real workers, over the broker and over HTTP.</summary>
[Integration]
public sealed class ClientLibraryTests(TestServers servers)
{
    [Theory]
    [InlineData(Transport.Broker)]
    [InlineData(Transport.Http)]
    public async Task A_stream_is_followed_live_resumed_and_replayed_with_the_same_chunks(Transport transport)
    {
        await using var fleet = await FleetFixture.StartAsync(servers, workers: 2);
        using var service = await ServiceAsync(fleet, transport);
        var client = service.Services.GetRequiredService<MillraceClient>();
        var rest = new TaskCompletionSource();
        fleet.Provider.Respond(call => call.Text("one ").Wait(TimeSpan.FromMilliseconds(100)).Text("two ").HoldUntil(rest.Task).Text("three").Usage(1, 3).Stop());

        var live = new List<ChunkProduced>();
        await using var stream = client.StreamAsync(FleetFixture.Request());
        await foreach (var chunk in stream)
        {
            live.Add(chunk);
            // By the text, not by the count: on a busy machine both words can come in one chunk.
            if (ChunkPayload.TextOf(live).EndsWith("two ", StringComparison.Ordinal)) rest.TrySetResult();
        }
        var completed = await stream.Completion;

        Assert.Equal("one two three", completed.Text);
        Assert.Equal("one two three", ChunkPayload.TextOf(live)); // on a machine that stalls, a worker can be taken for dead and its stream be restarted
        Assert.Equal(live, await ReadAsync(client.FollowAsync(stream.GenerationId)));
        Assert.Equal(live.Skip(1), await ReadAsync(client.FollowAsync(stream.GenerationId, afterSequence: 1)));
        Assert.Equivalent(completed, await client.WaitAsync(stream.GenerationId));
    }

    [Theory]
    [InlineData(Transport.Broker)]
    [InlineData(Transport.Http)]
    public async Task Outcomes_that_are_no_answers_are_typed_exceptions(Transport transport)
    {
        await using var fleet = await FleetFixture.StartAsync(servers);
        using var service = await ServiceAsync(fleet, transport);
        var client = service.Services.GetRequiredService<MillraceClient>();
        fleet.Provider.Respond(call => call.Text("so far").Stall());

        var failed = await Assert.ThrowsAsync<GenerationFailedException>(() => client.GenerateAsync(FleetFixture.Request() with { Provider = "opnai" }));
        Assert.Equal(FailureReason.UnknownProvider, failed.Failed.Reason);

        await using var stream = client.StreamAsync("Go on for ever.");
        var cancelled = await Assert.ThrowsAsync<GenerationCancelledException>(async () =>
        {
            await foreach (var _ in stream) await client.CancelAsync(stream.GenerationId, "enough");
        });
        Assert.Equal("so far", cancelled.Cancelled.PartialText);
    }

    [Theory]
    [InlineData(Transport.Broker)]
    [InlineData(Transport.Http)]
    public async Task Code_for_a_chat_client_moves_to_the_fleet_by_one_line(Transport transport)
    {
        await using var fleet = await FleetFixture.StartAsync(servers);
        using var service = await ServiceAsync(fleet, transport);
        fleet.Provider.Respond(call => call.Text("Guten ", "Tag").Usage(7, 2).Stop());

        using var chat = service.Services.GetRequiredService<MillraceClient>().AsChatClient("scripted/some-model");
        var response = await chat.GetResponseAsync(
            [new ChatMessage(ChatRole.System, "Speak German."), new ChatMessage(ChatRole.User, "Good day.")], new ChatOptions { Temperature = 0.5f });

        Assert.Equal("Guten Tag", response.Text);
        Assert.Equal(2, response.Usage?.OutputTokenCount);
        var sent = fleet.Provider.Calls.Single().Body;
        Assert.Equal("some-model", sent.GetProperty("model").GetString());
        Assert.Equal("Speak German.", sent.GetProperty("messages")[0].GetProperty("content").ToString());
        Assert.Equal(0.5, sent.GetProperty("temperature").GetDouble());
    }

    private static async Task<List<ChunkProduced>> ReadAsync(GenerationStream stream)
    {
        var chunks = new List<ChunkProduced>();
        await using (stream)
        {
            await foreach (var chunk in stream) chunks.Add(chunk);
        }
        return chunks;
    }

    private static async Task<IHost> ServiceAsync(FleetFixture fleet, Transport transport)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        if (transport == Transport.Broker)
        {
            builder.Configuration.AddInMemoryCollection([new("ConnectionStrings:RabbitMq", fleet.RabbitMq)]);
            builder.Services.AddMillraceClient(Patience.Give);
        }
        else
        {
            builder.Configuration.AddInMemoryCollection(
            [
                new("ConnectionStrings:Millrace", (await fleet.AddGatewayAsync()).Url.ToString()),
                new("Millrace:ApiKey", await TestKeys.CreateAsync(fleet.Postgres)),
            ]);
            builder.Services.AddMillraceHttpClient(Patience.Give);
        }
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }
}

/// <summary>How a client reaches the fleet.</summary>
public enum Transport
{
    Broker,
    Http,
}
