using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Millrace.Client.RabbitMq;
using Millrace.Client.RabbitMq.Broker;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Links;

/// <summary>The watch on a real bus and a real broker, with a clock of the test's own.</summary>
[Integration]
public sealed class BrokerWatchTests(TestServers servers) : IAsyncLifetime
{
    private readonly FakeTimeProvider time = new();
    private IHost host = null!;

    /// <summary>In place of the host's own, which would look whenever the clock goes on.</summary>
    private BrokerWatch watch = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private IBus Bus => host.Services.GetRequiredService<IMillraceBus>();

    private EndpointWatch Endpoints => host.Services.GetRequiredService<EndpointWatch>();


    public async ValueTask InitializeAsync()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddSingleton<TimeProvider>(time);
        var address = await servers.CreateVirtualHostAsync();
        builder.Services.AddMillraceClient(client => client.RabbitMq = address);
        host = builder.Build();
        watch = new BrokerWatch(host.Services.GetRequiredService<BrokerConnector>(), Endpoints, time, NullLogger<BrokerWatch>.Instance);
        await host.StartAsync(Token);
        await host.Services.GetRequiredService<BrokerWatch>().StopAsync(Token);
    }

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync(CancellationToken.None);
        host.Dispose();
    }

    [Fact]
    public async Task An_endpoint_that_is_stopped_by_hand_is_found()
    {
        Endpoints.Expect("by-hand");
        var handle = Bus.ConnectReceiveEndpoint("by-hand", endpoint =>
        {
            endpoint.ConfigureConsumeTopology = false;
            endpoint.ConnectReceiveEndpointObserver(Endpoints);
        });
        await Until.DoneAsync(handle.Ready);
        await Until.TrueAsync(() => !Endpoints.IsAnySilent);

        await handle.StopAsync(Token);
        await watch.LookAsync(Token);
        time.Advance(TimeSpan.FromMinutes(1));
        await watch.LookAsync(Token);
        Assert.Equal(["by-hand"], Endpoints.Deaf);

        time.Advance(TimeSpan.FromMinutes(1));
        await watch.LookAsync(Token);
        Assert.True(Endpoints.HasGivenUp);
    }

    [Fact]
    public async Task One_that_can_be_opened_anew_consumes_again()
    {
        var lasting = new ReconnectingEndpoint(Bus, "lasting", endpoint => endpoint.ConfigureConsumeTopology = false, TimeProvider.System, Endpoints);
        await Until.DoneAsync(lasting.Ready);
        await Until.TrueAsync(() => !Endpoints.IsAnySilent);

        // MassTransit's own word for an endpoint whose loop has ended, which nothing else does to a healthy one
        await Endpoints.Faulted(new Fault(new Uri(Bus.Address, "lasting")));
        await watch.LookAsync(Token);
        time.Advance(TimeSpan.FromMinutes(1));
        await watch.LookAsync(Token);
        await Until.TrueAsync(async () =>
        {
            await watch.LookAsync(Token);
            return Endpoints.Deaf.Count == 0;
        }, "nobody is deaf");

        Assert.False(Endpoints.HasGivenUp);
        await lasting.StopAsync(Token);
    }

    private sealed record Fault(Uri InputAddress) : ReceiveEndpointFaulted
    {
        public IReceiveEndpoint ReceiveEndpoint => null!;

        public Exception? Exception => null;
    }
}
