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
using Millrace.Engine.Tools;
using Millrace.Tests.Servers;
using Millrace.ToolWorker;

namespace Millrace.Tests.Tools;

/// <summary>Where the effects of the test workers' tools happen: a server that sees each call of a tool and answers as the test says.</summary>
internal sealed class Desk : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<Visit> visits = new();
    private readonly Channel<Visit> arrived = Channel.CreateUnbounded<Visit>();
    private readonly ConcurrentDictionary<string, Func<Visit, Task<string>>> answers = new();

    private Desk()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.Zero);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0));
        app = builder.Build();
        app.MapPost("/", ServeAsync);
    }

    public string Address => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    /// <summary>The tools of a worker inside this process that has its effects here.</summary>
    public LocalTools Tools()
    {
        var tools = new LocalTools();
        new DeskTools(new Uri(Address)).AddTo(tools);
        return tools;
    }

    /// <summary>All calls so far.</summary>
    public IReadOnlyList<Visit> Visits => [.. visits];

    public static async Task<Desk> StartAsync()
    {
        var desk = new Desk();
        await desk.app.StartAsync();
        return desk;
    }

    /// <summary>
    /// What each call about something that begins like this gets from now on, in place of "done": the tests that share a desk each answer for their own calls
    /// only. An exception makes the tool fail with its text.
    /// </summary>
    public void Answer(string about, Func<Visit, Task<string>> how) => answers[about] = how;

    /// <summary>The next call that nobody has taken yet.</summary>
    public Task<Visit> NextAsync() => Until.DoneAsync(arrived.Reader.ReadAsync().AsTask(), "the next call at the desk");

    /// <summary>The calls for one thing.</summary>
    public IReadOnlyList<Visit> For(string what) => [.. visits.Where(visit => visit.What == what)];

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private Task<string> AnswerAsync(Visit visit) =>
        answers.FirstOrDefault(answer => visit.What.StartsWith(answer.Key, StringComparison.Ordinal)).Value?.Invoke(visit) ?? Task.FromResult($"done: {visit.What}");

    private async Task ServeAsync(HttpContext http)
    {
        var visit = (await http.Request.ReadFromJsonAsync<Visit>())!;
        visits.Enqueue(visit);
        arrived.Writer.TryWrite(visit);
        try
        {
            await http.Response.WriteAsync(await AnswerAsync(visit));
        }
        catch (InvalidOperationException refused)
        {
            http.Response.StatusCode = 500;
            await http.Response.WriteAsync(refused.Message);
        }
    }
}

/// <summary>One call of a tool, as the world outside saw it.</summary>
internal sealed record Visit(string What, string CallId, int Attempt, string Key);
