using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Millrace.Contracts;
using Millrace.Dialects.Errors;

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
            return http.Response.WriteAsync(OpenAIError.Write(fault, http.Request.Path.StartsWithSegments("/v1/responses", StringComparison.Ordinal)), "application/json");
        return http.Response.WriteAsync(Problem(fault), "application/problem+json");
    }

    /// <summary>Problem details, with the word for programs and the generation.</summary>
    public static string Problem(Fault fault) => JsonSerializer.Serialize(
        new { Type = "about:blank", Title = TitleOf(fault.Status), fault.Status, Detail = fault.Message, fault.Code, fault.Param, fault.ProviderCode, fault.GenerationId }, ContractsJson.Options);

    private static string TitleOf(int status) => Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(status);

    private static Task WriteAsync(this HttpResponse response, string body, string contentType)
    {
        response.ContentType = contentType;
        return response.WriteAsync(body);
    }
}
