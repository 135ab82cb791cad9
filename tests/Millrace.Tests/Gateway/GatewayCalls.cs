using System.Net;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Net.Sockets;
using System.Text.Json;
using Millrace.Tests.Fleet;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Gateway;

/// <summary>How tests call a gateway, as a program without any library of ours would.</summary>
internal static class GatewayCalls
{
    /// <summary>A client of one gateway, with a key of its own that may do everything and has no limits.</summary>
    public static async Task<HttpClient> ClientAsync(FleetFixture fleet, IWorker gateway) =>
        ClientOf(gateway.Url, await TestKeys.CreateAsync(fleet.Postgres));

    /// <summary>A client of one gateway with a key, or with none.</summary>
    public static HttpClient ClientOf(Uri gateway, string? key, IPAddress? from = null)
    {
        var http = new HttpClient(new SocketsHttpHandler { ConnectCallback = from is null ? null : Connect(from) }) { BaseAddress = gateway, Timeout = Patience.Long };
        if (key is not null) http.DefaultRequestHeaders.Authorization = new("Bearer", key);
        return http;
    }

    /// <summary>From an address of this machine that is nobody else's.</summary>
    private static Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>> Connect(IPAddress from) => async (context, cancellation) =>
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(from, 0));
        await socket.ConnectAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, cancellation);
        return new NetworkStream(socket, ownsSocket: true);
    };

    /// <summary>Posts JSON and reads the answer, which has to have the status.</summary>
    public static async Task<JsonElement> PostAsync(this HttpClient http, string path, object? body, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var answer = await http.PostAsJsonAsync(path, body);
        return await ReadAsync(answer, expected);
    }

    /// <summary>Gets JSON; the answer has to have the status.</summary>
    public static async Task<JsonElement> GetAsync(this HttpClient http, string path, HttpStatusCode expected)
    {
        using var answer = await http.GetAsync(new Uri(path, UriKind.Relative));
        return await ReadAsync(answer, expected);
    }

    /// <summary>Opens a stream of server-sent events and reads it as it comes.</summary>
    public static async IAsyncEnumerable<SseItem<string>> EventsAsync(this HttpClient http, HttpRequestMessage request)
    {
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        await foreach (var told in SseParser.Create(await answer.Content.ReadAsStreamAsync()).EnumerateAsync()) yield return told;
    }

    public static HttpRequestMessage Post(string path, object body) => new(HttpMethod.Post, path) { Content = JsonContent.Create(body) };

    public static HttpRequestMessage Get(string path) => new(HttpMethod.Get, path);

    public static string Text(this JsonElement json, string property) => json.GetProperty(property).ToString();

    public static int Number(this JsonElement json, string property) => json.GetProperty(property).GetInt32();

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage answer, HttpStatusCode expected)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == expected, $"{answer.StatusCode} is not {expected}: {text}");
        return text.Length == 0 ? default : JsonElement.Parse(text);
    }
}
