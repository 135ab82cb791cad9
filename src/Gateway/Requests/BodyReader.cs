using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Millrace.Dialects.Bodies;
using Millrace.Dialects.Errors;

namespace Millrace.Gateway.Requests;

/// <summary>Reads the body of a call.</summary>
internal static class BodyReader
{
    /// <exception cref="FaultException">It is no JSON, or none of this form.</exception>
    public static async Task<T> ReadAsync<T>(HttpContext http, JsonSerializerOptions? options = null) where T : class
    {
        if (!http.Request.HasJsonContentType())
            throw new FaultException(new(415, "unsupported_media_type", $"The body is '{http.Request.ContentType ?? "of no type"}'; it must be application/json."));
        try
        {
            return await JsonSerializer.DeserializeAsync<T>(http.Request.Body, BodyJson.For(options ?? JsonBody.Options), http.RequestAborted)
                ?? throw FaultException.BadRequest("The body is null; it must be a JSON object.");
        }
        catch (JsonException broken)
        {
            throw JsonBody.Fault<T>(broken);
        }
    }
}
