using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.Options;
using Millrace.Contracts;
using Millrace.Gateway.Settings;
using Millrace.Persistence.Webhooks;

namespace Millrace.Gateway.Webhooks;

/// <summary>Tries one delivery once, and says what came of it.</summary>
internal sealed class WebhookPost(WebhookHttp http, IOptions<GatewayOptions> options, TimeProvider time)
{
    /// <exception cref="OperationCanceledException">Told to stop before the answer: nobody knows what came of it.</exception>
    public async Task<DeliveryAttempt> TryAsync(ClaimedDelivery delivery, string url, string secret, CancellationToken cancellation)
    {
        var (began, since) = (time.GetUtcNow(), time.GetTimestamp());
        var (status, error) = await SendAsync(delivery, url, secret, began, cancellation);
        return new(began, (long)time.GetElapsedTime(since).TotalMilliseconds, status, error);
    }

    private async Task<(int? Status, string? Error)> SendAsync(ClaimedDelivery delivery, string url, string secret, DateTimeOffset now, CancellationToken cancellation)
    {
        var limit = options.Value.Webhooks.Timeout;
        using var deadline = Deadline.After(limit, time, cancellation);
        try
        {
            using var message = Message(delivery, url, secret, now);
            return (await http.PostAsync(message, deadline.Token), null);
        }
        catch (OperationCanceledException) when (deadline.HasPassed && !cancellation.IsCancellationRequested)
        {
            return (null, $"No answer within {limit.TotalSeconds.ToString(CultureInfo.InvariantCulture)} s.");
        }
        catch (HttpRequestException failed) when (!cancellation.IsCancellationRequested)
        {
            return (null, failed.InnerException is PrivateAddressException inside ? inside.Message : $"{failed.HttpRequestError}.");
        }
    }

    private static HttpRequestMessage Message(ClaimedDelivery delivery, string url, string secret, DateTimeOffset now)
    {
        var (id, timestamp) = ($"msg_{delivery.Id:N}", now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(delivery.Payload));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var message = new HttpRequestMessage(HttpMethod.Post, url) { Content = content };
        message.Headers.Add("webhook-id", id);
        message.Headers.Add("webhook-timestamp", timestamp);
        message.Headers.Add("webhook-signature", WebhookSignature.Of(secret, id, timestamp, delivery.Payload));
        return message;
    }
}
