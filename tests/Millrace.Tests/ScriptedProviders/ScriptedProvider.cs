using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Millrace.Tests.Servers;

namespace Millrace.Tests.ScriptedProviders;

/// <summary>
/// A real HTTP server that speaks a provider's wire and does what the test says. Each test starts its own, on a port of its own:
/// <code>
/// await using var server = await ScriptedProvider.StartAsync(Wire.OpenAI);
/// server.Respond(call => call.Text("Hel", "lo").Usage(3, 2).Stop());
/// </code>
/// </summary>
public sealed class ScriptedProvider : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly Func<IWireFormat> newFormat;
    private readonly ConcurrentQueue<ScriptedCall> calls = new();
    private readonly Channel<ScriptedCall> arrived = Channel.CreateUnbounded<ScriptedCall>();
    private Action<ScriptedCall> standing = call => call.Text("Hel", "lo").Usage(3, 2).Stop();
    private Action<ScriptedCall>? passing;
    private int number;
    private int running;
    private int peak;

    private ScriptedProvider(Func<IWireFormat> newFormat)
    {
        this.newFormat = newFormat;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.Zero);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0));
        app = builder.Build();
        app.Run(AnswerAsync);
    }

    /// <summary>What a user would configure as this provider's Endpoint.</summary>
    public Uri Endpoint { get; private set; } = null!;

    /// <summary>All generations asked for so far, oldest first. Probes are not among them.</summary>
    public IReadOnlyList<ScriptedCall> Calls => [.. calls];

    /// <summary>The most generations that were answered at the same time: each from its arrival until its last words go out.</summary>
    public int PeakConcurrency => Volatile.Read(ref peak);

    /// <summary>The status for the question whether the provider is there. Default: 200.</summary>
    public int ProbeStatus { get; set; } = 200;

    /// <summary>The last question whether the provider is there: its path, and its headers.</summary>
    public ScriptedProbe? LastProbe { get; private set; }

    public static Task<ScriptedProvider> StartAsync(Wire wire) => StartAsync(() => NewFormat(wire));

    /// <param name="newFormat">How the server writes. Each call gets a writer of its own.</param>
    internal static async Task<ScriptedProvider> StartAsync(Func<IWireFormat> newFormat)
    {
        var server = new ScriptedProvider(newFormat);
        await server.app.StartAsync();
        var address = server.app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        server.Endpoint = new(new Uri(address), newFormat().BasePath);
        return server;
    }

    /// <summary>
    /// What every call gets from now on. It runs once per call, which can tell calls apart by their number or body.
    /// What a test says holds until that test ends; what a fixture says before its tests holds for all of them.
    /// </summary>
    public void Respond(Action<ScriptedCall> answer)
    {
        if (TestScripts.EndWithThisTest(() => passing = null)) passing = answer;
        else standing = answer;
    }

    /// <summary>The next call that nobody has taken yet, past or to come.</summary>
    public Task<ScriptedCall> NextCallAsync(CancellationToken cancellation = default) =>
        Until.DoneAsync(arrived.Reader.ReadAsync(cancellation).AsTask(), "the next call of the provider");

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    internal static IWireFormat NewFormat(Wire wire) => wire switch
    {
        Wire.OpenAI => new OpenAIFormat(),
        Wire.Anthropic => new AnthropicFormat(),
        _ => new OllamaFormat(),
    };

    private async Task AnswerAsync(HttpContext http)
    {
        if (HttpMethods.IsGet(http.Request.Method))
        {
            LastProbe = new(http.Request.Path, http.Request.Headers.ToDictionary(
                header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase));
            http.Response.StatusCode = ProbeStatus;
            await http.Response.WriteAsync("{\"data\":[],\"models\":[]}", http.RequestAborted);
            return;
        }

        using var reader = new StreamReader(http.Request.Body);
        var call = new ScriptedCall(Interlocked.Increment(ref number), newFormat(), http, await reader.ReadToEndAsync(http.RequestAborted), TimeProvider.System);
        calls.Enqueue(call);
        RecordPeak(Interlocked.Increment(ref running));
        var isOver = 0;
        call.Ending = () =>
        {
            if (Interlocked.Exchange(ref isOver, 1) == 0) Interlocked.Decrement(ref running);
        };
        try
        {
            (passing ?? standing)(call);
            arrived.Writer.TryWrite(call);
            await call.RunAsync();
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested) // the client left; the call knows when
        {
        }
        finally
        {
            call.Ending();
        }
    }

    private void RecordPeak(int now)
    {
        for (var seen = peak; now > seen; seen = peak)
            if (Interlocked.CompareExchange(ref peak, now, seen) == seen) return;
    }
}
