using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Telemetry;

/// <summary>Takes what workers export over OTLP, as a collector would.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly Lock gate = new();
    private readonly List<SeenSpan> spans = [];
    private readonly List<byte[]> requests = [];

    private Collector()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.Zero);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0));
        app = builder.Build();
        app.MapPost("/v1/{signal}", TakeAsync);
    }

    /// <summary>What makes a worker export to it.</summary>
    public (string Name, string Value)[] Settings =>
    [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"), ("OTEL_BSP_SCHEDULE_DELAY", "100"), ("OTEL_METRIC_EXPORT_INTERVAL", "500"),
    ];

    public IReadOnlyList<SeenSpan> Spans
    {
        get { lock (gate) return [.. spans]; }
    }

    /// <summary>Every request so far, as it came.</summary>
    public IReadOnlyList<byte[]> Requests
    {
        get { lock (gate) return [.. requests]; }
    }

    public static async Task<Collector> StartAsync()
    {
        var collector = new Collector();
        await collector.app.StartAsync();
        return collector;
    }

    /// <summary>Waits for the first span, past or to come, that fits.</summary>
    public async Task<SeenSpan> FirstAsync(string what, Func<SeenSpan, bool> fits) =>
        (await Until.FitsAsync(() => Task.FromResult(Spans), seen => seen.Any(fits), $"a span '{what}'", seen => string.Join('\n', seen.TakeLast(60)))).First(fits);

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task TakeAsync(HttpContext http, string signal)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        lock (gate)
        {
            requests.Add(body.ToArray());
            if (signal == "traces") spans.AddRange(SeenSpan.Read(body.ToArray()));
        }
        http.Response.ContentType = "application/x-protobuf";
    }
}
