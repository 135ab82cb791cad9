using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Millrace.Gateway.Access;

/// <summary>
/// The server refuses a body by its length before it has read any of it, and closes the connection: a caller that is still sending sees that and not the answer.
/// So the rest is taken and thrown away first, if it is not too much.
/// </summary>
internal sealed class TooLargeBody(RequestDelegate next, TimeProvider time)
{
    private const long Most = 64 * 1024 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public async Task InvokeAsync(HttpContext http)
    {
        try
        {
            await next(http);
        }
        catch (BadHttpRequestException refused) when (refused.StatusCode == StatusCodes.Status413PayloadTooLarge && http.Request.ContentLength <= Most)
        {
            if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            {
                limit.MaxRequestBodySize = null;
                await DrainAsync(http);
            }
            throw;
        }
    }

    private async Task DrainAsync(HttpContext http)
    {
        using var deadline = new CancellationTokenSource(Patience, time);
        try
        {
            await http.Request.Body.CopyToAsync(Stream.Null, deadline.Token);
        }
        catch (Exception slow) when (slow is IOException or OperationCanceledException)
        {
            // It was worth a try
        }
    }
}
