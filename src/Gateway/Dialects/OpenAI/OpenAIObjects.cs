using Microsoft.AspNetCore.Http;
using Millrace.Gateway.Errors;
using Millrace.Gateway.Dialects.Errors;

namespace Millrace.Gateway.Dialects.OpenAI;

/// <summary>Objects and lists of them, as OpenAI's API answers them.</summary>
internal static class OpenAIObjects
{
    public static Task WriteAsync(HttpContext http, object body)
    {
        http.Response.ContentType = "application/json";
        return http.Response.WriteAsync(OpenAIJson.Write(body), http.RequestAborted);
    }

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

    public static int Limit(int? limit, int usual, int largest) =>
        limit is null ? usual : limit >= 1 && limit <= largest ? limit.Value : throw Refused.Invalid("limit", $"'limit' is {limit}; it must be 1 to {largest}.");

    /// <summary>What somebody sent, in an answer.</summary>
    public static string Short(string text) => text.Length <= 64 ? text : text[..64] + "…";
}
