using System.Text.Json;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Millrace.Client.RabbitMq;
using Millrace.Contracts;
using Millrace.Tests.Servers;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Millrace.Tests.Roles;

/// <summary>What the shipped accounts may do on a broker, and what not.</summary>
[Collection(RoleFleet.Name)]
[Integration]
public sealed class RightsTests(RoleFleet fleet)
{
    private const string Producer = RoleFleet.ProducerAccount;
    private const string Subscriber = RoleFleet.Subscriber;
    private const string Tools = RoleFleet.Tools;
    private const ushort AccessRefused = 403;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_producer_asks_and_a_tool_service_is_called()
    {
        var (_, service) = await RoleFleet.ClientAsync(
            fleet.SecureAddress(Tools, fleet.Authority), services => services.AddMillraceTool(() => "forty-two", "get_secret", "The secret."));
        using var serving = service;
        await Until.TrueAsync(async () => await fleet.QueryAsync<string>("SELECT name FROM tools WHERE name = 'get_secret'") is not null);
        var (client, host) = await RoleFleet.ClientAsync(fleet.SecureAddress(Producer, fleet.Authority));
        using var producing = host;

        var answer = await client.GenerateAsync(
            new GenerateRequested { GenerationId = Guid.CreateVersion7(), Prompt = "Tell.", Model = "simulated/default?call=get_secret", Tools = ["get_secret"] }, Token);

        Assert.Contains("forty-two", answer.Text, StringComparison.Ordinal);
        Assert.Equal("acme", await fleet.QueryAsync<string>("SELECT tenant FROM generations WHERE id = $1", answer.GenerationId));
        await service.StopAsync(Token);
        await host.StopAsync(Token);
    }

    [Fact]
    public async Task A_producer_stores_bytes_for_its_tenant_and_needs_no_database()
    {
        var (client, host) = await RoleFleet.ClientAsync(fleet.SecureAddress(Producer, fleet.Authority));
        using var producing = host;

        var stored = await client.UploadAsync("a text"u8.ToArray(), "text/plain", cancellationToken: Token);
        var forged = await Assert.ThrowsAsync<ArgumentException>(() => client.UploadAsync("a text"u8.ToArray(), "text/plain", tenant: "other", cancellationToken: Token));

        Assert.Equal("acme", await fleet.QueryAsync<string>("SELECT tenant FROM contents WHERE id = $1", stored.ContentId!.Value));
        Assert.StartsWith("Tenant is 'other', and the account that has sent this is bound to tenant 'acme'", forged.Message, StringComparison.Ordinal);
        Assert.True(await client.DeleteUploadAsync(stored.ContentId.Value, cancellationToken: Token));
        await host.StopAsync(Token);
    }

    [Fact]
    public async Task A_subscriber_hears_with_nothing_but_MassTransit_and_without_it()
    {
        var heard = new TaskCompletionSource<GenerationCompleted>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var host = await SubscribeAsync(heard);
        var channel = await fleet.ChannelAsync(Subscriber);
        var queue = (await channel.QueueDeclareAsync("", durable: false, exclusive: true, autoDelete: true, cancellationToken: Token)).QueueName;
        await channel.QueueBindAsync(queue, EventRouting.Exchange, "completed.rights.*", cancellationToken: Token);

        var id = Guid.CreateVersion7();
        await fleet.PublishAsync(Producer, new GenerateRequested { GenerationId = id, Prompt = "Hear, hear.", Channel = "rights" }, Producer);

        Assert.Equal(id, (await Until.DoneAsync(heard.Task)).GenerationId);
        await Until.TrueAsync(async () => await channel.BasicGetAsync(queue, autoAck: true, Token) is { } found && found.RoutingKey.EndsWith(id.ToString(), StringComparison.Ordinal));
        await host.StopAsync(Token);
    }

    [Fact]
    public async Task A_producer_without_a_library_gets_the_end_as_an_answer()
    {
        var channel = await fleet.ChannelAsync(Producer);
        var queue = (await channel.QueueDeclareAsync("", durable: false, exclusive: true, autoDelete: true, cancellationToken: Token)).QueueName;
        var properties = new BasicProperties { ContentType = "application/json", ReplyTo = queue, CorrelationId = "order-17", UserId = Producer };
        var request = JsonSerializer.SerializeToUtf8Bytes(new GenerateRequested { GenerationId = Guid.CreateVersion7(), Prompt = "Answer me." }, ContractsJson.Options);

        await channel.BasicPublishAsync("Millrace.Contracts:GenerateRequested", "", mandatory: true, properties, request, Token);

        await Until.TrueAsync(async () => await channel.BasicGetAsync(queue, autoAck: true, Token) is { BasicProperties: { CorrelationId: "order-17", Type: nameof(GenerationCompleted) } });
    }

    [Theory]
    [InlineData(Producer, "#")]
    [InlineData(Producer, "chunk.#")]
    [InlineData(Producer, "*.billing.*")]
    [InlineData(Producer, "*.*.*")]
    [InlineData(Producer, "completed.c-*.#")]
    [InlineData(Producer, "tool.*.*.get_secret")]
    [InlineData(Producer, "approval.#")]
    [InlineData(Tools, "#")]
    [InlineData(Tools, "chunk.#")]
    [InlineData(Tools, "*.billing.*")]
    [InlineData(Tools, "session.#")]
    public async Task Nobody_but_a_subscriber_binds_others_events(string account, string key)
    {
        var channel = await fleet.ChannelAsync(account);
        var queue = (await channel.QueueDeclareAsync("", durable: false, exclusive: true, autoDelete: true, cancellationToken: Token)).QueueName;

        await RefusedAsync(channel, () => channel.QueueBindAsync(queue, EventRouting.Exchange, key, cancellationToken: Token));
    }

    [Theory]
    [InlineData(Producer)]
    [InlineData(Tools)]
    public async Task Nor_reads_the_exchange_of_an_events_type(string account)
    {
        var channel = await fleet.ChannelAsync(account);
        var queue = (await channel.QueueDeclareAsync("", durable: false, exclusive: true, autoDelete: true, cancellationToken: Token)).QueueName;

        await RefusedAsync(channel, () => channel.QueueBindAsync(queue, "Millrace.Contracts:ChunkProduced", "", cancellationToken: Token));
    }

    [Theory]
    [InlineData("millrace.events", Producer, Subscriber, Tools)]
    [InlineData("Millrace.Contracts:ChunkProduced", Producer, Subscriber, Tools)]
    [InlineData("millrace.intake", Producer, Subscriber, Tools)]
    [InlineData("run.simulated.interactive", Producer, Subscriber, Tools)]
    [InlineData("", Producer, Subscriber, Tools)]
    [InlineData("Millrace.Contracts:GenerateRequested", Subscriber, Tools)]
    [InlineData("Millrace.Contracts:CancelGeneration", Subscriber, Tools)]
    [InlineData("Millrace.Contracts:SessionRequested", Subscriber, Tools)]
    [InlineData("Millrace.Contracts:ContentRequested", Subscriber, Tools)]
    [InlineData("Millrace.Contracts:RegisterTool", Producer, Subscriber)]
    [InlineData("Millrace.Contracts:ToolCallCompleted", Producer, Subscriber)]
    [InlineData("Millrace.Contracts:DecideToolCall", Producer, Subscriber, Tools)]
    public async Task Nobody_publishes_what_is_not_of_its_role(string exchange, params string[] accounts)
    {
        foreach (var account in accounts)
        {
            var channel = await fleet.ChannelAsync(account);
            await RefusedAsync(channel, () => channel.BasicPublishAsync(exchange, "millrace.intake", "{}"u8.ToArray(), Token).AsTask());
        }
    }

    [Theory]
    [InlineData(Producer)]
    [InlineData(Subscriber)]
    [InlineData(Tools)]
    public async Task Nobody_touches_the_workers_queues(string account)
    {
        foreach (var queue in new[] { "millrace.intake", "millrace.intake_error", "run.simulated.interactive" })
        {
            await RefusedAsync(account, channel => channel.BasicGetAsync(queue, autoAck: true, Token));
            await RefusedAsync(account, channel => channel.QueuePurgeAsync(queue, Token));
            await RefusedAsync(account, channel => channel.QueueDeleteAsync(queue, false, false, cancellationToken: Token));
        }
        await RefusedAsync(account, channel => channel.QueueDeclareAsync("of-my-own", durable: true, exclusive: false, autoDelete: false, cancellationToken: Token));
    }

    private async Task RefusedAsync(string account, Func<IChannel, Task> act)
    {
        var channel = await fleet.ChannelAsync(account);
        await RefusedAsync(channel, () => act(channel));
    }

    private static async Task RefusedAsync(IChannel channel, Func<Task> act)
    {
        await Assert.ThrowsAnyAsync<RabbitMQClientException>(act);
        Assert.Equal(AccessRefused, channel.CloseReason?.ReplyCode);
    }

    private async Task<IHost> SubscribeAsync(TaskCompletionSource<GenerationCompleted> heard)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry();
            bus.UsingRabbitMq((_, rabbit) =>
            {
                rabbit.Host(new Uri(fleet.Address(Subscriber)));
                rabbit.ReceiveEndpoint($"millrace-subscriber-{Guid.NewGuid():N}", endpoint => endpoint.Handler<GenerationCompleted>(told =>
                {
                    if (told.RoutingKey()?.Contains(".rights.", StringComparison.Ordinal) == true) heard.TrySetResult(told.Message);
                    return Task.CompletedTask;
                }));
            });
        });
        builder.Services.AddOptions<MassTransitHostOptions>().Configure(options => options.WaitUntilStarted = true);
        var host = builder.Build();
        await host.StartAsync(Token);
        return host;
    }
}
