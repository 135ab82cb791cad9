using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Gateway;

/// <summary>A message as it arrived.</summary>
internal sealed record ReceivedMessage(string Id, string Timestamp, string Signature, string Body, string Path, string TraceParent);

/// <summary>Somebody's server that is told of the end of generations.</summary>
internal sealed class WebhookReceiver(WebApplication app) : IAsyncDisposable
{
    private readonly ConcurrentQueue<ReceivedMessage> messages = [];

    public Uri Url { get; private set; } = null!;

    public IReadOnlyCollection<ReceivedMessage> Messages => messages;

    /// <summary>What is answered to a message. Default: 204 at once.</summary>
    public Func<ReceivedMessage, Task<int>> Answer { get; set; } = _ => Task.FromResult(204);

    public static async Task<WebhookReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var receiver = new WebhookReceiver(builder.Build());
        await receiver.RunAsync();
        return receiver;
    }

    /// <summary>Waits for as many messages as that, at a path.</summary>
    public Task<List<ReceivedMessage>> UntilAsync(int count, string path = "/") => Until.FitsAsync(
        () => Task.FromResult(messages.Where(message => message.Path == path).ToList()), found => found.Count >= count, $"{count} messages at {path}");

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task RunAsync()
    {
        app.Run(ReceiveAsync);
        await app.StartAsync();
        Url = new Uri(app.Urls.Single());
    }

    private async Task ReceiveAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        var headers = http.Request.Headers;
        var message = new ReceivedMessage(
            headers["webhook-id"].ToString(), headers["webhook-timestamp"].ToString(), headers["webhook-signature"].ToString(), await reader.ReadToEndAsync(), http.Request.Path,
            headers.TraceParent.ToString());
        messages.Enqueue(message);
        http.Response.StatusCode = await Answer(message);
    }
}
