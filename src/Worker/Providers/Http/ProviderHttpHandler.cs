using System.Net.Http.Headers;

namespace Millrace.Worker.Providers;

/// <summary>
/// What every SDK's request passes on its way out: (1) it gets the key, which no SDK ever sees; (2) it is bound to its call, so that
/// an abort closes the connection whatever the SDK does; (3) a refusal becomes a <see cref="ProviderException"/> before an SDK
/// can put the provider's words into an exception of its own; (4) the body that comes back can be aborted too.
/// </summary>
internal sealed class ProviderHttpHandler(string provider, ProviderOptions options, TimeProvider time, HttpMessageHandler inner)
    : DelegatingHandler(inner)
{
    private static readonly string[] RequestIdHeaders = ["x-request-id", "request-id"];

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var call = ProviderCall.Current ?? new ProviderCall(provider, model: "", cancellationToken);
        Authorize(request.Headers);
        var response = await SendAsync(request, call);

        call.RequestId = RequestId(response.Headers);
        call.Rates = RateNews.Read(response.Headers, time);
        if (!response.IsSuccessStatusCode || IsPage(response.Content.Headers))
        {
            using (response)
                throw await FailureTable.ReadAsync(call, response, options.ApiKey, time);
        }

        response.Content = new AbortableContent(response.Content, call.Aborted);
        return response;
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, ProviderCall call)
    {
        try
        {
            return await base.SendAsync(request, call.Aborted);
        }
        catch (HttpRequestException fault)
        {
            throw FailureTable.Unreachable(call, fault.HttpRequestError.ToString());
        }
        catch (OperationCanceledException) when (!call.Aborted.IsCancellationRequested)
        {
            throw FailureTable.Unreachable(call, "ConnectTimeout");
        }
    }

    private void Authorize(HttpRequestHeaders headers)
    {
        headers.Remove("Authorization");
        headers.Remove("x-api-key");
        if (options.ApiKey is not { } key) return;
        if (options.Kind is ProviderKind.Anthropic) headers.TryAddWithoutValidation("x-api-key", key);
        else headers.TryAddWithoutValidation("Authorization", "Bearer " + key);
    }

    private static string? RequestId(HttpResponseHeaders headers)
    {
        foreach (var name in RequestIdHeaders)
            if (headers.TryGetValues(name, out var values) && ErrorBody.Sanitized(values.FirstOrDefault(), longest: 128) is { } id)
                return id;
        return null;
    }

    /// <summary>A web page with status 200 is a proxy's or a wrong address's answer; the SDKs would take it for an empty stream.</summary>
    private static bool IsPage(HttpContentHeaders headers) => headers.ContentType?.MediaType is "text/html";
}
