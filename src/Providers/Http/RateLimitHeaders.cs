using System.Globalization;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;

namespace Millrace.Providers.Http;

/// <summary>
/// What a provider's headers say of the rate of the model that was called: <c>x-ratelimit-remaining-requests</c> and
/// <c>-reset-requests</c> with durations as OpenAI writes them, <c>anthropic-ratelimit-requests-remaining</c> and <c>-reset</c> with
/// times, and the same for tokens. Gateways pass the headers of others on, so all are read at every kind of provider.
/// </summary>
/// <param name="NothingFor">How long until there is something again, where nothing is left.</param>
public sealed partial record RateLimitHeaders(TimeSpan? NothingFor)
{
    private const int LongestText = 40;

    /// <summary>A longer time is as good as none named; it also keeps a hostile number from overflowing.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    private static readonly (string Remaining, string Reset)[] Pairs =
    [
        ("x-ratelimit-remaining-requests", "x-ratelimit-reset-requests"),
        ("x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens"),
        ("anthropic-ratelimit-requests-remaining", "anthropic-ratelimit-requests-reset"),
        ("anthropic-ratelimit-tokens-remaining", "anthropic-ratelimit-tokens-reset"),
        ("anthropic-ratelimit-input-tokens-remaining", "anthropic-ratelimit-input-tokens-reset"),
        ("anthropic-ratelimit-output-tokens-remaining", "anthropic-ratelimit-output-tokens-reset"),
    ];

    /// <summary>Null where no header speaks of it. What cannot be read says nothing.</summary>
    public static RateLimitHeaders? Read(HttpResponseHeaders headers, TimeProvider time)
    {
        RateLimitHeaders? news = null;
        foreach (var (remaining, reset) in Pairs)
        {
            if (Text(headers, remaining) is not { } left) continue;
            news ??= new RateLimitHeaders(NothingFor: null);
            if (left != "0" || Until(Text(headers, reset), time) is not { } span) continue;
            if (news.NothingFor is not { } longest || span > longest) news = new(span);
        }
        return news;
    }

    private static string? Text(HttpResponseHeaders headers, string name)
    {
        if (!headers.NonValidated.TryGetValues(name, out var values)) return null;
        return values.FirstOrDefault()?.Trim() is { Length: > 0 and <= LongestText } text ? text : null;
    }

    /// <summary>How long until then: seconds, a duration such as <c>1m30s</c>, or a time. Null for anything else.</summary>
    private static TimeSpan? Until(string? text, TimeProvider time)
    {
        if (text is null) return null;
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds))
            return double.IsFinite(seconds) ? Within(seconds) : null;
        if (Duration().Match(text) is { Success: true } written) return Within(written.Groups["part"].Captures.Sum(part => Seconds(part.Value)));
        if (!text.Contains('T', StringComparison.Ordinal)) return null;
        var isTime = DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at);
        return isTime ? Within((at - time.GetUtcNow()).TotalSeconds) : null;
    }

    private static double Seconds(string part)
    {
        var unit = part.TrimStart("0123456789.".ToCharArray());
        var isNumber = double.TryParse(part[..^unit.Length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number);
        return isNumber ? number * SecondsOf(unit) : 0;
    }

    private static double SecondsOf(string unit) => unit switch
    {
        "d" => 86_400,
        "h" => 3600,
        "m" => 60,
        "ms" => 0.001,
        _ => 1,
    };

    private static TimeSpan Within(double seconds) => TimeSpan.FromSeconds(Math.Clamp(seconds, 0, Longest.TotalSeconds));

    [GeneratedRegex(@"^(?<part>[0-9]+(\.[0-9]+)?(ms|d|h|m|s))+$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Duration();
}
