using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Millrace.Engine.Limits;
using Millrace.Engine.Settings;
using Millrace.Engine.Telemetry;
using Millrace.Tests.Persistence;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Limits;

/// <summary>Two workers at one account, each with a clock of its own.</summary>
[Integration]
public sealed class ProviderCooldownsTests(Truths truths) : IClassFixture<Truths>, IAsyncDisposable
{
    private readonly ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly FakeTimeProvider time = new(), othersTime = new();
    private readonly string provider = $"p{Guid.NewGuid():N}";

    public static TheoryData<Kind> Both => Truths.Both;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task What_one_was_refused_for_the_other_hears_of_when_what_it_knows_is_a_second_old(Kind kind)
    {
        await using var another = truths.Another(kind);
        var (one, other) = (StopsOf(truths.Of(kind), time), StopsOf(another, othersTime));
        await other.RefreshAsync(CancellationToken.None);

        one.Refused(provider, "m", TimeSpan.FromMinutes(10), isByModel: false);
        Assert.True(one.HasNews);
        await Until.TrueAsync(async () =>
        {
            await one.RefreshAsync(CancellationToken.None);
            return !one.HasNews;
        }, "the stop is told");

        Assert.Equal(TimeSpan.Zero, other.Left(provider, "m"));
        await HearAsync(other);
        Assert.InRange(other.Left(provider, "another"), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(10));
        othersTime.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(TimeSpan.Zero, other.Left(provider, "m"));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task A_model_that_is_counted_apart_stops_alone(Kind kind)
    {
        await using var another = truths.Another(kind);
        var (one, other) = (StopsOf(truths.Of(kind), time), StopsOf(another, othersTime));
        one.Refused(provider, "m", TimeSpan.FromMinutes(10), isByModel: true);
        await Until.TrueAsync(async () =>
        {
            await one.RefreshAsync(CancellationToken.None);
            return !one.HasNews;
        }, "the stop is told");

        await HearAsync(other);

        Assert.Equal((TimeSpan.Zero, TimeSpan.FromMinutes(10)), (one.Left(provider, "another"), one.Left(provider, "m")));
        Assert.Equal(TimeSpan.Zero, other.Left(provider, "another"));
    }

    public ValueTask DisposeAsync() => services.DisposeAsync();

    /// <summary>A database that does not answer at once is not waited for; it is asked again a second later.</summary>
    private Task HearAsync(ProviderCooldowns other) => Until.TrueAsync(async () =>
    {
        othersTime.Advance(TimeSpan.FromSeconds(1));
        await other.RefreshAsync(CancellationToken.None);
        return other.Left(provider, "m") > TimeSpan.Zero;
    }, "the stop is heard of");

    private ProviderCooldowns StopsOf(Truth truth, TimeProvider clock) => new(
        truth.Limits, Options.Create(new MillraceOptions()), new FleetMetrics(services.GetRequiredService<IMeterFactory>()), clock, NullLogger<ProviderCooldowns>.Instance);
}
