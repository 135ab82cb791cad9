using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Millrace.Dialects.Errors;

namespace Millrace.Gateway.OpenAI;

/// <summary>Writes objects and lists of them, as OpenAI's API answers them.</summary>
internal static class OpenAIAnswers
{
    public static Task WriteAsync(HttpContext http, object body) => WriteTextAsync(http, OpenAIJson.Write(body));

    public static Task WriteAsync(HttpContext http, JsonObject body) => WriteTextAsync(http, body.ToJsonString(OpenAIJson.Options));

    /// <param name="http">The call.</param>
    /// <param name="found">One more than the page holds has been looked for, so that it knows whether it is the last.</param>
    /// <param name="most">What the page holds.</param>
    /// <param name="view">An entry as it is shown.</param>
    /// <param name="id">An entry's id as it is shown.</param>
    public static Task WriteListAsync<T>(HttpContext http, IReadOnlyList<T> found, int most, Func<T, object> view, Func<T, string> id)
    {
        var page = found.Take(most).ToList();
        return WriteAsync(http, new
        {
            Object = "list",
            Data = page.Select(view),
            FirstId = page.Count > 0 ? id(page[0]) : null,
            LastId = page.Count > 0 ? id(page[^1]) : null,
            HasMore = found.Count > most,
        });
    }

    private static Task WriteTextAsync(HttpContext http, string json)
    {
        http.Response.ContentType = "application/json";
        return http.Response.WriteAsync(json, http.RequestAborted);
    }
}
