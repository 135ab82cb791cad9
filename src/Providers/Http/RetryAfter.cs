using System.Globalization;
using System.Net.Http.Headers;

namespace Millrace.Providers.Http;

/// <summary>How long a provider asks to wait: <c>retry-after-ms</c>, or <c>Retry-After</c> in seconds or as a date.</summary>
internal static class RetryAfter
{
    /// <summary>A longer wait is as good as none named; it also keeps a hostile number from overflowing.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    public static TimeSpan? Read(HttpResponseHeaders headers, TimeProvider time)
    {
        if (Number(headers, "retry-after-ms") is { } milliseconds) return Within(milliseconds / 1000);
        if (Number(headers, "Retry-After") is { } seconds) return Within(seconds);
        return headers.RetryAfter?.Date is { } date ? Within((date - time.GetUtcNow()).TotalSeconds) : null;
    }

    private static double? Number(HttpResponseHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out var values)
        && double.TryParse(values.FirstOrDefault(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
        && double.IsFinite(number) ? number : null;

    private static TimeSpan Within(double seconds) => TimeSpan.FromSeconds(Math.Clamp(seconds, 0, Longest.TotalSeconds));
}
