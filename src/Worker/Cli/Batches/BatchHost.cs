using Millrace.Engine.Tools;
using Millrace.Persistence.Batches;
using Millrace.Persistence.Files;
using Millrace.Worker.Cli.Terminal;
using Millrace.Worker.Hosting;

namespace Millrace.Worker.Cli.Batches;

/// <summary>What the batch verbs need: the fleet's database or, without connection strings, a whole worker inside this process, which then runs the lines.</summary>
internal sealed class BatchHost(IHost host, bool embedded) : IAsyncDisposable
{
    public FileStore Files { get; } = host.Services.GetRequiredService<FileStore>();

    public BatchStore Batches { get; } = host.Services.GetRequiredService<BatchStore>();

    public BatchResultStore Results { get; } = host.Services.GetRequiredService<BatchResultStore>();

    public BatchRetryStore Retries { get; } = host.Services.GetRequiredService<BatchRetryStore>();

    public TimeProvider Time { get; } = host.Services.GetRequiredService<TimeProvider>();

    /// <summary>True when lines run only as long as this process does.</summary>
    public bool IsEmbedded => embedded;

    /// <summary>Fires at Ctrl+C.</summary>
    public CancellationToken Interrupted { get; } = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;

    public static async Task<BatchHost> StartAsync(LocalTools tools, CommandConsole console, CancellationToken cancellation)
    {
        var builder = console.CreateHostBuilder();
        var connections = Connections.From(builder.Configuration);
        if (connections is null) builder.Services.AddSingleton(tools).AddWorker(builder.Configuration, null).AddEmbeddedClient();
        else builder.Services.AddGatewayHost(builder.Configuration, connections);
        var host = builder.Build();
        await host.StartAsync(cancellation);
        return new BatchHost(host, connections is null);
    }

    public async ValueTask DisposeAsync()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30), Time);
        await host.StopAsync(deadline.Token);
        if (host is IAsyncDisposable disposable) await disposable.DisposeAsync();
    }
}
