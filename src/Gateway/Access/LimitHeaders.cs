using System.Globalization;
using Microsoft.AspNetCore.Http;
using Millrace.Persistence.Access;

namespace Millrace.Gateway.Access;

/// <summary>How a key's limits stand, in the headers that OpenAI's have: <c>x-ratelimit-limit-requests</c> and so on.</summary>
internal static class LimitHeaders
{
    /// <summary>All of them, for pages of other origins to be allowed to see.</summary>
    public static IEnumerable<string> Names { get; } =
        [.. from what in new[] { "requests", "tokens" } from which in new[] { "limit", "remaining", "reset" } select $"x-ratelimit-{which}-{what}"];

    public static Task WriteAsync(IHeaderDictionary headers, KeyUse? use)
    {
        Write(headers, "requests", use?.Requests);
        Write(headers, "tokens", use?.Tokens);
        return Task.CompletedTask;
    }

    private static void Write(IHeaderDictionary headers, string what, LimitStanding? standing)
    {
        if (standing is null) return;
        headers[$"x-ratelimit-limit-{what}"] = standing.Limit.ToString(CultureInfo.InvariantCulture);
        headers[$"x-ratelimit-remaining-{what}"] = standing.Remaining.ToString(CultureInfo.InvariantCulture);
        headers[$"x-ratelimit-reset-{what}"] = Text(standing.Reset);
    }

    /// <summary>As Go writes durations: <c>1m0s</c>.</summary>
    private static string Text(TimeSpan time)
    {
        var seconds = (int)Math.Ceiling(time.TotalSeconds);
        return seconds < 60 ? $"{seconds}s" : $"{seconds / 60}m{seconds % 60}s";
    }
}
