using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Millrace.Engine.Settings;
using Millrace.Engine.Tools;
using Millrace.Worker.Cli;
using Millrace.Worker.Hosting;

namespace Millrace.Tests.Servers;

/// <summary>
/// The worker inside this process: the same composition, settings and ports as <see cref="WorkerProcess"/>, without the two seconds of processor that a process
/// takes to come up. For tests that end no process and look at nothing that a process has once, such as its meters.
/// </summary>
internal sealed class LocalWorker : IWorker
{
    private static readonly HttpClient Http = new() { Timeout = Patience.Long };
    private readonly WebApplication app;
    private readonly ScratchFolder folder;
    private readonly LineLog log;

    private LocalWorker(WebApplication app, ScratchFolder folder, LineLog log, Uri url) => (this.app, this.folder, this.log, Url) = (app, folder, log, url);

    public Uri Url { get; }

    public IReadOnlyList<string> Lines => log.Output.Lines;

    /// <summary>Its services.</summary>
    public IServiceProvider Services => app.Services;

    /// <summary>Starts <c>serve</c> and waits until its services have started.</summary>
    /// <param name="rabbitMq">The broker's address, or null for the bus inside the process.</param>
    /// <param name="postgres">The database's connection string, or null for the file inside its folder.</param>
    /// <param name="settings">What a process would have in its environment.</param>
    /// <param name="tools">What it runs itself. Default: nothing.</param>
    /// <param name="role">What it serves as. Default: its own default.</param>
    /// <param name="url">Where it listens. Default: on a free port.</param>
    /// <param name="time">Its clock. Default: the machine's.</param>
    public static async Task<LocalWorker> StartAsync(
        string? rabbitMq = null, string? postgres = null, IReadOnlyDictionary<string, string?>? settings = null, LocalTools? tools = null, Role? role = null, Uri? url = null,
        TimeProvider? time = null)
    {
        IntegrationAttribute.Require("a worker with ports");
        var scratch = new ScratchFolder("worker");
        url ??= new Uri($"http://127.0.0.1:{FreePorts.Next()}");
        var lines = new LineLog();
        WorkerLogs.Begin(lines.Output, $"{role?.ToString() ?? "Worker"} at {url}");
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = Path.GetDirectoryName(TestPaths.WorkerDll), EnvironmentName = "Production", ApplicationName = "Millrace.Worker" });
        var given = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase)
        {
            ["Millrace:Database"] = scratch.File("millrace.db"),
            ["Millrace:DrainTime"] = "00:00:00", // nobody waits for what a test leaves behind
            ["ConnectionStrings:RabbitMq"] = rabbitMq,
            ["ConnectionStrings:Postgres"] = postgres,
            ["urls"] = url.ToString(),
        };
        foreach (var (name, value) in settings ?? new Dictionary<string, string?>()) given[KeyOf(name)] = value;
        builder.Configuration.AddInMemoryCollection(given);
        builder.AddWorkerLogLevels();
        builder.Logging.ClearProviders().AddProvider(lines);
        if (time is not null) builder.Services.AddSingleton(time);
        var built = ServeCommand.Build(builder, tools ?? new LocalTools(), role);
        var worker = new LocalWorker(built, scratch, lines, url);
        try
        {
            await built.StartAsync();
            return worker;
        }
        catch
        {
            await worker.DisposeAsync();
            throw;
        }
    }

    public Task<string> WaitForLineAsync(string text, TimeSpan? timeout = null) => log.Output.WaitForLineAsync(text, timeout);

    public async Task WaitReadyAsync(TimeSpan? timeout = null)
    {
        using var deadline = new CancellationTokenSource(timeout ?? Patience.Long);
        while (true)
        {
            using var answer = await Http.GetAsync(new Uri(Url, "/health/ready"), CancellationToken.None);
            if (answer.IsSuccessStatusCode) return;
            if (deadline.IsCancellationRequested) throw new TimeoutException($"The worker was not ready: {await answer.Content.ReadAsStringAsync(CancellationToken.None)}\n{log.Output.Tail()}");
            await Task.Delay(20, CancellationToken.None);
        }
    }

    public async ValueTask DisposeAsync()
    {
        using var deadline = new CancellationTokenSource(Patience.Long);
        await app.StopAsync(deadline.Token);
        await app.DisposeAsync();
        WorkerLogs.End(log.Output);
        folder.Dispose();
    }

    /// <summary>A variable of the environment as a key of the configuration.</summary>
    private static string KeyOf(string variable) => (variable.StartsWith("ASPNETCORE_", StringComparison.Ordinal) ? variable["ASPNETCORE_".Length..] : variable).Replace("__", ":", StringComparison.Ordinal);
}
