using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Millrace.Client;

namespace Millrace.Tests.Client.Fakes;

/// <summary>A fake fleet and the clients that talk to it, on one transport.</summary>
internal sealed class Stage(
    IBusControl bus, FakeFleet fleet, Func<Action<MillraceClientOptions>, Task<(MillraceClient, Func<Task>)>> connect, Action<HostApplicationBuilder> addClient) : IAsyncDisposable
{
    /// <summary>For tests in which events are lost on purpose.</summary>
    public static readonly Action<MillraceClientOptions> Impatient = options =>
    {
        options.GapRetry = TimeSpan.FromMilliseconds(200);
        options.Silence = TimeSpan.FromMilliseconds(300);
        options.LongestSilence = TimeSpan.FromMilliseconds(600);
        options.UnknownAfter = TimeSpan.FromMilliseconds(500);
        options.AnswerRetry = TimeSpan.FromMilliseconds(200);
        options.AnswerTimeout = TimeSpan.FromSeconds(10);
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
        return new Stage(bus, fleet, configure =>
        {
            var options = new MillraceClientOptions();
            configure(options);
            var client = new MillraceClient(bus, options);
            return Task.FromResult<(MillraceClient, Func<Task>)>((client, () => client.DisposeAsync().AsTask()));
        },
            builder => builder.Services.AddSingleton<IBus>(bus).AddMillraceClientOn<IBus>(Impatient));
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
        return new Stage(bus, fleet, configure => ClientOfAServiceAsync(address, configure), builder =>
        {
            builder.Configuration["ConnectionStrings:RabbitMq"] = address;
            builder.Services.AddMillraceClient(Impatient);
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
        return new Stage(bus, fleet, configure =>
        {
            var client = new MillraceClient(OverHttp(gateway.Url, configure));
            return Task.FromResult<(MillraceClient, Func<Task>)>((client, () => client.DisposeAsync().AsTask()));
        },
            builder => builder.Services.AddMillraceHttpClient(options => options.Gateway = gateway.Url))
        { Gateway = gateway };
    }

    /// <summary>The options for HTTP that mean the same.</summary>
    public static MillraceHttpOptions OverHttp(Uri gateway, Action<MillraceClientOptions> configure)
    {
        var options = new MillraceClientOptions();
        configure(options);
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
    public static async Task<(MillraceClient, Func<Task>)> ClientOfAServiceAsync(string address, Action<MillraceClientOptions> configure)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration["ConnectionStrings:RabbitMq"] = address;
        builder.Services.AddMillraceClient(configure);
        var host = builder.Build();
        await host.StartAsync();
        return (host.Services.GetRequiredService<MillraceClient>(), () => EndAsync(host));
    }

    public async Task<MillraceClient> ClientAsync(Action<MillraceClientOptions>? configure = null)
    {
        var (client, end) = await connect(configure ?? (_ => { }));
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
        await bus.StopAsync(TimeSpan.FromSeconds(10));
    }

    private static async Task EndAsync(IHost host)
    {
        await host.StopAsync();
        await ((IAsyncDisposable)host).DisposeAsync();
    }
}
