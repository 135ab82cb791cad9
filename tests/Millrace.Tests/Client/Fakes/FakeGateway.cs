using System.Collections.Concurrent;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Millrace.Client;
using Millrace.Client.Errors;
using Millrace.Client.RabbitMq;
using Millrace.Contracts;
using Millrace.Gateway.Access;
using Millrace.Gateway.Errors;
using Millrace.Gateway.Native;
using Millrace.Gateway.Requests;
using Millrace.Gateway.Settings;
using Millrace.Gateway.Streams;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Client.Fakes;

/// <summary>
/// A gateway before a fake fleet: a real server with the gateway's own streams, errors and bodies, and the fake's memory where the gateway has a database. What
/// a call meets on its way can be put in between.
/// </summary>
internal sealed class FakeGateway : IAsyncDisposable
{
    private readonly WebApplication app;

    private FakeGateway(WebApplication app, Uri url) => (this.app, Url) = (app, url);

    public Uri Url { get; }

    /// <summary>Calls so far: method and path.</summary>
    public ConcurrentQueue<string> Calls { get; } = new();

    /// <summary>Answers a call in the gateway's place; false lets it through.</summary>
    public Func<HttpContext, Task<bool>> Meets { get; set; } = _ => Task.FromResult(false);

    /// <param name="bus">The fake fleet's.</param>
    /// <param name="fleet">Whose memory it shows.</param>
    /// <param name="url">Where it listens. Default: on a free port.</param>
    public static async Task<FakeGateway> StartAsync(IBus bus, FakeFleet fleet, Uri? url = null)
    {
        url ??= new Uri($"http://127.0.0.1:{FreePorts.Next()}");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(url.ToString());
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.Zero);
        builder.Services.Configure<GatewayOptions>(options => options.KeepAlive = TimeSpan.FromMilliseconds(200));
        builder.Services.AddSingleton(TimeProvider.System).AddSingleton(bus).AddMillraceClientOn<IBus>(Stage.Impatient);
        builder.Services.AddSingleton<GatewayShutdown>().AddSingleton<EventStreamRelay>().AddSingleton<ModelNames>();
        var gateway = new FakeGateway(builder.Build(), url);
        await gateway.BeginAsync(fleet);
        return gateway;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private Task BeginAsync(FakeFleet fleet)
    {
        app.UseMiddleware<FaultAnswers>();
        app.Use(PassAsync);
        app.UseRouting();
        Map(app.MapGroup("/api"), fleet);
        return app.StartAsync();
    }

    private async Task PassAsync(HttpContext http, RequestDelegate next)
    {
        Calls.Enqueue($"{http.Request.Method} {http.Request.Path}");
        http.SetCaller(Caller.Local);
        if (!await Meets(http)) await next(http);
    }

    /// <summary>The gateway's own routes also look into its database, which there is none of here.</summary>
    private static async Task<SessionAnswered> AskAsync(HttpContext http, MillraceClient client)
    {
        var asked = await BodyReader.ReadAsync<SessionRequested>(http);
        try
        {
            return await client.AskAsync(asked with { Tenant = http.Caller().Tenant }, http.RequestAborted);
        }
        catch (SessionException refused)
        {
            return new SessionAnswered { RequestId = asked.RequestId, Problem = refused.Problem, Message = refused.Message };
        }
    }

    private static void Map(IEndpointRouteBuilder api, FakeFleet fleet)
    {
        api.MapPost("/sessions/questions", AskAsync);
        api.MapPost("/sessions/operations", AskAsync);
        api.MapPost("/generations", async (HttpContext http, MillraceClient client) =>
        {
            var body = await BodyReader.ReadAsync<NewGenerationBody>(http);
            return TypedResults.Accepted("", await client.SubmitAsync(body.ToRequest(Guid.Empty), http.RequestAborted));
        });
        api.MapGet("/generations/{id:guid}", async (Guid id, int? wait, HttpContext http, MillraceClient client) =>
        {
            var known = fleet.Find(id) ?? throw new GenerationNotFoundException(id);
            if (known.End is null) await ((Task)client.WaitAsync(id, http.RequestAborted)).WaitAsync(TimeSpan.FromSeconds(wait ?? 0)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return TypedResults.Json(new { completed = known.End as GenerationCompleted, failed = known.End as GenerationFailed, cancelled = known.End as GenerationCancelled }, ContractsJson.Options);
        });
        api.MapGet("/generations/{id:guid}/events", async (Guid id, HttpContext http, MillraceClient client, EventStreamRelay relay) =>
        {
            var known = fleet.Find(id) ?? throw new GenerationNotFoundException(id);
            if (known is { End: not null, Script.ForgetsChunks: true }) throw new ChunksExpiredException(id, 0);
            var seen = long.TryParse(http.Request.Headers["Last-Event-ID"].ToString(), out var last) ? last : 0;
            await using var stream = client.FollowAsync(id, seen, http.RequestAborted);
            await relay.RelayAsync(http, stream, new NativeEventFormat(), new(CanResume: true, AtOnce: true));
        });
        api.MapPost("/generations/{id:guid}/cancel", async (Guid id, string? reason, HttpContext http, MillraceClient client) =>
        {
            _ = fleet.Find(id) ?? throw new GenerationNotFoundException(id);
            await client.CancelAsync(id, reason, http.RequestAborted);
            return TypedResults.Accepted("");
        });
    }
}
