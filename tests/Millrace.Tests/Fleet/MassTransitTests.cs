using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Millrace.Contracts;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Fleet;

/// <summary>A service that has MassTransit and the contracts, with no setting but the broker's address.</summary>
[Integration]
public sealed class MassTransitTests(TestServers servers)
{
    [Fact]
    public async Task A_default_publisher_and_default_consumers_need_no_other_setting()
    {
        await using var fleet = await FleetFixture.StartAsync(servers);
        fleet.Provider.Respond(call => call.Text("plain").Stop());
        var inbox = new Inbox();
        using var service = Host.CreateDefaultBuilder().ConfigureServices(services => services
            .AddSingleton(inbox)
            .AddMassTransit(bus =>
            {
                bus.AddConsumer<OutcomeConsumer>();
                bus.UsingRabbitMq((context, rabbit) =>
                {
                    rabbit.Host(new Uri(fleet.RabbitMq));
                    rabbit.ConfigureEndpoints(context);
                });
            })
            .AddOptions<MassTransitHostOptions>().Configure(options => options.WaitUntilStarted = true)).Build();
        await service.StartAsync();

        var good = FleetFixture.Request();
        await service.Services.GetRequiredService<IBus>().Publish(good);
        await service.Services.GetRequiredService<IBus>().Publish(FleetFixture.Request() with { Provider = "opnai" });

        Assert.Equal("plain", (await Until.DoneAsync(inbox.Chunk.Task)).Text);
        Assert.Equal(good.GenerationId, (await Until.DoneAsync(inbox.Completed.Task)).GenerationId);
        Assert.Equal(FailureReason.UnknownProvider, (await Until.DoneAsync(inbox.Failed.Task)).Reason);
        await service.StopAsync();
    }

    public sealed class Inbox
    {
        public TaskCompletionSource<ChunkProduced> Chunk { get; } = new();
        public TaskCompletionSource<GenerationCompleted> Completed { get; } = new();
        public TaskCompletionSource<GenerationFailed> Failed { get; } = new();
    }

    public sealed class OutcomeConsumer(Inbox inbox) : IConsumer<ChunkProduced>, IConsumer<GenerationCompleted>, IConsumer<GenerationFailed>
    {
        public Task Consume(ConsumeContext<ChunkProduced> context)
        {
            inbox.Chunk.TrySetResult(context.Message);
            return Task.CompletedTask;
        }

        public Task Consume(ConsumeContext<GenerationCompleted> context)
        {
            inbox.Completed.TrySetResult(context.Message);
            return Task.CompletedTask;
        }

        public Task Consume(ConsumeContext<GenerationFailed> context)
        {
            inbox.Failed.TrySetResult(context.Message);
            return Task.CompletedTask;
        }
    }
}
