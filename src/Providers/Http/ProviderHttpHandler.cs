using System.Net;
using System.Net.Http.Headers;
using Millrace.Providers.Failures;
using Millrace.Providers.Options;

namespace Millrace.Providers.Http;

/// <summary>
/// What every SDK's request passes on its way out: (1) it gets the key and the provider's headers, which no SDK ever sees; (2) it is bound to its call, so that
/// an abort closes the connection whatever the SDK does; (3) a refusal becomes the call's <see cref="ProviderCall.Refusal"/>, and
/// an SDK can put the provider's words into no exception of its own; (4) the body that comes back can be aborted too.
/// </summary>
internal sealed class ProviderHttpHandler(
    string provider, WireHeaders wire, ProviderOptions options, TimeProvider time, HttpMessageHandler inner)
    : DelegatingHandler(inner)
{
    private const int LongestRequestId = 128;

    private static readonly string[] RequestIdHeaders = ["x-request-id", "request-id"];

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var call = ProviderCall.Current ?? new ProviderCall(provider, model: "", cancellationToken);
        Prepare(request.Headers);
        if (await TrySendAsync(request, call) is not { } response) return Refuse(call, call.Refusal!);

        call.RequestId = RequestId(response.Headers);
        call.Rates = RateLimitHeaders.Read(response.Headers, time);
        if (!response.IsSuccessStatusCode || IsPage(response.Content.Headers))
        {
            using (response)
                return Refuse(call, await FailureTable.ReadAsync(call, response, options, time));
        }

        response.Content = new AbortableContent(response.Content, call.Aborted);
        return response;
    }

    /// <summary>Null when there was no answer; the call's refusal says why.</summary>
    private async Task<HttpResponseMessage?> TrySendAsync(HttpRequestMessage request, ProviderCall call)
    {
        try
        {
            return await base.SendAsync(request, call.Aborted);
        }
        catch (HttpRequestException fault)
        {
            call.Refusal = FailureTable.Unreachable(call, fault.HttpRequestError.ToString());
        }
        catch (OperationCanceledException) when (!call.Aborted.IsCancellationRequested)
        {
            call.Refusal = FailureTable.Unreachable(call, "ConnectTimeout");
        }
        return null;
    }

    private static HttpResponseMessage Refuse(ProviderCall call, Failure refusal)
    {
        call.Refusal = refusal;
        return new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent([]) };
    }

    /// <summary>The provider's key and headers in place of what the SDK put there.</summary>
    private void Prepare(HttpRequestHeaders headers)
    {
        // An SDK tells of its own deadline and retries here; ours are others, and no deadline was told as -0.001 s
        foreach (var name in headers.NonValidated.Select(header => header.Key).Where(IsOfSdk).ToList()) headers.Remove(name);
        Authorize(headers);
        ProviderHeaders.Apply(options, wire, headers);
    }

    private static bool IsOfSdk(string header) => header.StartsWith("x-stainless-", StringComparison.OrdinalIgnoreCase);

    private void Authorize(HttpRequestHeaders headers)
    {
        headers.Remove("Authorization");
        headers.Remove("x-api-key");
        headers.Remove(wire.Key);
        if (options.ApiKey is not { } key) return;
        headers.TryAddWithoutValidation(wire.Key, wire.KeyPrefix + key);
    }

    private static string? RequestId(HttpResponseHeaders headers)
    {
        foreach (var name in RequestIdHeaders)
        {
            if (!headers.TryGetValues(name, out var values)) continue;
            if (ErrorBody.Sanitized(values.FirstOrDefault(), LongestRequestId) is { } id) return id;
        }
        return null;
    }

    /// <summary>A web page with status 200 is a proxy's or a wrong address's answer; the SDKs would take it for an empty stream.</summary>
    private static bool IsPage(HttpContentHeaders headers) => headers.ContentType?.MediaType is "text/html";
}
