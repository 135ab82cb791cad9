using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Millrace.Contracts;

namespace Millrace.Gateway.Errors;

/// <summary>Writes a fault in the form of the face that was called: OpenAI's under <c>/v1</c>, problem details (RFC 9457) elsewhere.</summary>
internal static class FaultWriter
{
    public static Task WriteAsync(HttpContext http, Fault fault)
    {
        http.Response.StatusCode = fault.Status;
        if (fault.RetryAfter is { } pause)
            http.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(pause.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        if (fault.Status == StatusCodes.Status401Unauthorized) http.Response.Headers.WWWAuthenticate = "Bearer";
        // OpenAI's clients send again what ended in 409, 429 or 5xx, under a new id: where there is a generation, that would be a second one, paid twice
        if (fault.GenerationId is not null) http.Response.Headers["x-should-retry"] = "false";
        if (http.Request.Path.StartsWithSegments("/v1", StringComparison.Ordinal))
            return http.Response.WriteAsync(OpenAIError(fault, http.Request.Path.StartsWithSegments("/v1/responses", StringComparison.Ordinal)), "application/json");
        return http.Response.WriteAsync(Problem(fault), "application/problem+json");
    }

    /// <summary>OpenAI's envelope, all four keys always there.</summary>
    public static string OpenAIError(Fault fault, bool isResponse = false)
    {
        var told = OpenAINames.Told(fault, isResponse);
        return OpenAIJson.Write(new { Error = new { told.Message, Type = TypeOf(told), told.Param, Code = OpenAICode(told) } });
    }

    /// <summary>Problem details, with the word for programs and the generation.</summary>
    public static string Problem(Fault fault) => JsonSerializer.Serialize(
        new { Type = "about:blank", Title = TitleOf(fault.Status), fault.Status, Detail = fault.Message, fault.Code, fault.Param, fault.ProviderCode, fault.GenerationId }, ContractsJson.Options);

    /// <summary>OpenAI's own word where it has one; of a request that the provider refused, the provider's.</summary>
    private static string? OpenAICode(Fault fault) => fault.Code switch
    {
        "invalid_request" or "unsupported_feature" when fault.ProviderCode is { } code => code,
        "quota_exceeded" => "insufficient_quota",
        "rate_limited" => "rate_limit_exceeded",
        "unknown_provider" => "model_not_found",
        "content_filtered" => "content_filter",
        Fault.ItemNotFound => null,
        _ => fault.Code,
    };

    private static string TitleOf(int status) => Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(status);

    private static string TypeOf(Fault fault) => fault.Status switch
    {
        _ when fault.Code == Fault.ItemNotFound => "invalid_request_error",
        401 => "authentication_error",
        403 => "permission_error",
        404 => "not_found_error",
        429 => "rate_limit_error",
        >= 500 => "server_error",
        _ => "invalid_request_error",
    };

    private static Task WriteAsync(this HttpResponse response, string body, string contentType)
    {
        response.ContentType = contentType;
        return response.WriteAsync(body);
    }
}
