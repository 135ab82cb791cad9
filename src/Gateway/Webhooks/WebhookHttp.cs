using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Millrace.Gateway.Settings;
using Millrace.Persistence.Addresses;

namespace Millrace.Gateway.Webhooks;

/// <summary>
/// Posts to addresses that callers have chosen. What a name leads to is looked up and judged here, and that is connected to: a name server that answers
/// otherwise a moment later changes nothing. No redirects, no proxy, no cookies. No span and no metric has the address, and no trace goes with a message.
/// </summary>
internal sealed class WebhookHttp : IDisposable
{
    private readonly bool allowPrivate;
    private readonly DiscardingMeterFactory meters = new();
    private readonly HttpClient http;

    public WebhookHttp(IOptions<GatewayOptions> options)
    {
        allowPrivate = options.Value.Webhooks.AllowPrivate;
        http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            MaxResponseHeadersLength = 16, // in KiB
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            ConnectCallback = ConnectAsync,
            ActivityHeadersPropagator = null, // without it there is no span either
            MeterFactory = meters,
        })
        { Timeout = Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.UserAgent.ParseAdd("Millrace-Webhooks/1");
    }

    /// <summary>The status of the answer, of which nothing else is read.</summary>
    public async Task<int> PostAsync(HttpRequestMessage message, CancellationToken cancellation)
    {
        using var answer = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellation);
        return (int)answer.StatusCode;
    }

    public void Dispose()
    {
        http.Dispose();
        meters.Dispose();
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var host = context.DnsEndPoint.Host;
        var found = await Dns.GetHostAddressesAsync(host, cancellation);
        var allowed = allowPrivate ? found : [.. found.Where(AddressRules.IsPublic)];
        if (allowed.Length == 0) throw new PrivateAddressException(host);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, context.DnsEndPoint.Port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
