using Millrace.Client;
using Millrace.Engine.Tools;
using Millrace.Worker.Cli.Terminal;
using Millrace.Worker.Hosting;

namespace Millrace.Worker.Cli;

/// <summary>
/// What a verb needs to reach a fleet: a client of the one that the connection strings name or, without them, a whole worker inside
/// this process.
/// </summary>
internal sealed class CommandHost(IHost host, bool embedded) : IAsyncDisposable
{
    public MillraceClient Client { get; } = host.Services.GetRequiredService<MillraceClient>();

    public IServiceProvider Services => host.Services;

    public TimeProvider Time { get; } = host.Services.GetService<TimeProvider>() ?? TimeProvider.System;

    /// <summary>True when this process runs the generations itself.</summary>
    public bool IsEmbedded => embedded;

    /// <summary>Fires at Ctrl+C.</summary>
    public CancellationToken Interrupted { get; } = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;

    /// <param name="tools">What the worker inside this process runs itself.</param>
    /// <param name="console">What the verb has around it.</param>
    /// <param name="cancellation">Ends the start.</param>
    /// <param name="handlesSignals">The verb has its own use for Ctrl+C; <see cref="Interrupted"/> does not fire then.</param>
    public static async Task<CommandHost> StartAsync(LocalTools tools, CommandConsole console, CancellationToken cancellation, bool handlesSignals = false)
    {
        var builder = console.CreateHostBuilder();
        var connections = Connections.From(builder.Configuration);
        if (connections is null) builder.Services.AddSingleton(tools).AddWorker(builder.Configuration, null);
        builder.Services.AddClientOf(connections);
        if (handlesSignals) builder.Services.AddSingleton<IHostLifetime, SelfInterrupted>();
        var host = builder.Build();
        await host.StartAsync(cancellation);
        return new CommandHost(host, connections is null);
    }

    public async ValueTask DisposeAsync()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30), Time);
        await host.StopAsync(deadline.Token);
        if (host is IAsyncDisposable disposable) await disposable.DisposeAsync();
    }
}
