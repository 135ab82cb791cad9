using Microsoft.Extensions.Time.Testing;
using Millrace.Providers.Http;

namespace Millrace.Tests.Providers;

public sealed class RateNewsTests
{
    private static readonly FakeTimeProvider Time = new(new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero));

    [Theory]
    [InlineData("6m0s", 360)]
    [InlineData("1s", 1)]
    [InlineData("20ms", 0.02)]
    [InlineData("1h2m3.5s", 3723.5)]
    [InlineData("2d", 86_400)]
    [InlineData("7", 7)]
    [InlineData("999999999999999999999999999999s", 86_400)]
    public void A_reset_of_OpenAIs_is_a_duration(string reset, double seconds)
    {
        Assert.Equal(TimeSpan.FromSeconds(seconds), Read(("x-ratelimit-remaining-requests", "0"), ("x-ratelimit-reset-requests", reset))!.NothingFor);
        Assert.Equal(TimeSpan.FromSeconds(seconds), Read(("x-ratelimit-remaining-tokens", "0"), ("x-ratelimit-reset-tokens", reset))!.NothingFor);
    }

    [Theory]
    [InlineData("2026-01-01T12:00:30Z", 30)]
    [InlineData("2026-01-01T13:00:30+01:00", 30)]
    [InlineData("2026-01-01T11:00:00Z", 0)]
    [InlineData("9999-12-31T23:59:59Z", 86_400)]
    public void A_reset_of_Anthropics_is_a_time(string reset, double seconds)
    {
        Assert.Equal(TimeSpan.FromSeconds(seconds), Read(("anthropic-ratelimit-requests-remaining", "0"), ("anthropic-ratelimit-requests-reset", reset))!.NothingFor);
        Assert.Equal(TimeSpan.FromSeconds(seconds), Read(("anthropic-ratelimit-input-tokens-remaining", "0"), ("anthropic-ratelimit-input-tokens-reset", reset))!.NothingFor);
    }

    [Fact]
    public void Of_several_that_are_used_up_the_longest_counts_and_what_is_left_counts_nothing() => Assert.Equal(TimeSpan.FromSeconds(9), Read(
        ("x-ratelimit-remaining-requests", "0"), ("x-ratelimit-reset-requests", "2s"),
        ("x-ratelimit-remaining-tokens", "0"), ("x-ratelimit-reset-tokens", "9s"),
        ("anthropic-ratelimit-tokens-remaining", "1"), ("anthropic-ratelimit-tokens-reset", "2026-01-01T13:00:00Z"))!.NothingFor);

    [Theory]
    [InlineData("0", null)]
    [InlineData("0", "")]
    [InlineData("0", "-5s")]
    [InlineData("0", "soon")]
    [InlineData("0", "NaN")]
    [InlineData("0", "1e400")]
    [InlineData("0", "5s5s5s5s5s5s5s5s5s5s5s5s5s5s5s5s5s5s5s5s5s5s")]
    [InlineData("-1", "6m0s")]
    [InlineData("none", "6m0s")]
    [InlineData("4999", "6m0s")]
    public void What_cannot_be_read_or_is_not_used_up_stops_nothing(string remaining, string? reset) => Assert.Null(Read(
        [("x-ratelimit-remaining-requests", remaining), .. reset is null ? Array.Empty<(string, string)>() : [("x-ratelimit-reset-requests", reset)]])!.NothingFor);

    [Fact]
    public void Without_such_headers_nothing_is_known() => Assert.Null(Read(("x-request-id", "1"), ("Retry-After", "5")));

    private static RateLimitHeaders? Read(params (string Name, string Value)[] headers)
    {
        using var answer = new HttpResponseMessage();
        foreach (var (name, value) in headers) answer.Headers.TryAddWithoutValidation(name, value);
        return RateLimitHeaders.Read(answer.Headers, Time);
    }
}
