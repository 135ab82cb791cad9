using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Millrace.Client;
using Millrace.Client.Options;
using Millrace.Client.RabbitMq;
using Millrace.Client.RabbitMq.Options;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Client.Fakes;

/// <summary>A fake fleet and the clients that talk to it, on one transport.</summary>
internal sealed class Stage(
    IBusControl bus, FakeFleet fleet, Func<Action<MillraceClientOptions>, TimeProvider?, Task<(MillraceClient, Func<Task>)>> connect, Action<HostApplicationBuilder> addClient) : IAsyncDisposable
{
    /// <summary>For tests in which events are lost on purpose.</summary>
    public static readonly Action<MillraceClientOptions> Impatient = options =>
    {
        options.GapRetry = TimeSpan.FromMilliseconds(200);
        options.Silence = TimeSpan.FromMilliseconds(300);
        options.LongestSilence = TimeSpan.FromMilliseconds(600);
        options.AnswerRetry = TimeSpan.FromMilliseconds(200);
    };

    /// <summary>For tests that see what the fleet's log is asked: nobody asks it because nothing was heard for a while.</summary>
    public static readonly Action<MillraceClientOptions> Undisturbed = options => options.Silence = options.LongestSilence = Patience.Long;

    /// <summary>What is sure to be answered is waited for, however slow the machine is.</summary>
    private static readonly Action<MillraceClientOptions> Patient = options =>
    {
        Patience.Give(options);
        options.AnswerRetry = TimeSpan.FromMinutes(1);
    };

    private readonly List<Func<Task>> ends = [];

    public FakeFleet Fleet => fleet;

    public IBusControl Bus => bus;

    /// <summary>The gateway that clients speak to; null where they are on the bus.</summary>
    public FakeGateway? Gateway { get; private init; }

    public static async Task<Stage> InMemoryAsync()
    {
        var fleet = new FakeFleet();
        var bus = MassTransit.Bus.Factory.CreateUsingInMemory(fleet.Configure);
        fleet.Attach(bus);
        await bus.StartAsync(TestContext.Current.CancellationToken);
        return new Stage(bus, fleet, (configure, time) =>
        {
            var options = new MillraceClientOptions();
            (Patient + configure)(options);
            var client = bus.CreateMillraceClient(options, time: time);
            return Task.FromResult<(MillraceClient, Func<Task>)>((client, () => client.DisposeAsync().AsTask()));
        },
            builder => builder.Services.AddSingleton<IBus>(bus).AddMillraceClientOn<IBus>(Patient + Impatient));
    }

    public static async Task<Stage> RabbitMqAsync(string address)
    {
        var fleet = new FakeFleet();
        var bus = MassTransit.Bus.Factory.CreateUsingRabbitMq(configurator =>
        {
            configurator.Host(new Uri(address));
            fleet.Configure(configurator);
        });
        fleet.Attach(bus);
        await bus.StartAsync(TestContext.Current.CancellationToken);
        return new Stage(bus, fleet, (configure, time) => ClientOfAServiceAsync(address, configure, time), builder =>
        {
            builder.Configuration["ConnectionStrings:RabbitMq"] = address;
            builder.Services.AddMillraceClient(Patient + Impatient);
        });
    }

    /// <summary>A fleet in memory, and a gateway between it and its clients.</summary>
    public static async Task<Stage> HttpAsync()
    {
        var fleet = new FakeFleet();
        var bus = MassTransit.Bus.Factory.CreateUsingInMemory(fleet.Configure);
        fleet.Attach(bus);
        await bus.StartAsync(TestContext.Current.CancellationToken);
        var gateway = await FakeGateway.StartAsync(bus, fleet);
        return new Stage(bus, fleet, (configure, time) =>
        {
            var client = new MillraceClient(OverHttp(gateway.Url, configure), time: time);
            return Task.FromResult<(MillraceClient, Func<Task>)>((client, () => client.DisposeAsync().AsTask()));
        },
            builder => builder.Services.AddMillraceHttpClient(options => options.Gateway = gateway.Url))
        { Gateway = gateway };
    }

    /// <summary>The options for HTTP that mean the same.</summary>
    public static MillraceHttpOptions OverHttp(Uri gateway, Action<MillraceClientOptions> configure)
    {
        var options = new MillraceClientOptions();
        (Patient + configure)(options);
        return new MillraceHttpOptions
        {
            Gateway = gateway,
            PublishTimeout = options.PublishTimeout,
            AnswerTimeout = options.AnswerTimeout,
            UnknownAfter = options.UnknownAfter,
            StreamBuffer = options.StreamBuffer,
            MaxRequestBytes = options.MaxRequestBytes,
        };
    }

    /// <summary>A client as a service registers it, in a host of its own.</summary>
    public static async Task<(MillraceClient, Func<Task>)> ClientOfAServiceAsync(string address, Action<MillraceClientOptions> configure, TimeProvider? time = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration["ConnectionStrings:RabbitMq"] = address;
        builder.Services.AddSingleton(time ?? TimeProvider.System).AddMillraceClient(Patient + configure);
        var host = builder.Build();
        await host.StartAsync();
        return (host.Services.GetRequiredService<MillraceClient>(), () => EndAsync(host));
    }

    public async Task<MillraceClient> ClientAsync(Action<MillraceClientOptions>? configure = null, TimeProvider? time = null)
    {
        var (client, end) = await connect(configure ?? (_ => { }), time);
        ends.Add(end);
        return client;
    }

    /// <summary>A service with tools: its host runs from now on, and the function ends it, once.</summary>
    public async Task<(IServiceProvider Services, Func<Task> EndAsync)> ServiceAsync(Action<IServiceCollection> add)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        add(builder.Services);
        addClient(builder);
        var host = builder.Build();
        await host.StartAsync();
        Task? ended = null;
        Func<Task> endAsync = () => ended ??= EndAsync(host);
        ends.Add(endAsync);
        return (host.Services, endAsync);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var end in ends)
            await end();
        if (Gateway is not null)
            await Gateway.DisposeAsync();
        await bus.StopAsync(Patience.Long);
    }

    private static async Task EndAsync(IHost host)
    {
        await host.StopAsync();
        await ((IAsyncDisposable)host).DisposeAsync();
    }
}
