using CsCheck;
using Millrace.Engine.Limits;

namespace Millrace.Tests.Limits;

/// <summary>What the provider sees of a limit, in simulated time.</summary>
public sealed class GcraTests
{
    private static readonly Gen<int> Limits = Gen.OneOf(Gen.Int[1, 10], Gen.Int[11, 300], Gen.Int[301, 1500]);

    [Fact]
    public void No_window_of_a_minute_holds_more_requests_than_the_limit_and_with_work_all_the_time_nineteen_of_twenty_are_used() =>
        Gen.Select(Limits, Gen.Int[1, 5], Gen.Int).Sample((limit, workers, seed) =>
        {
            var minutes = limit < 100 ? 10 : 3;
            var fleet = new Timeline(new("p||", limit, null, null), seed, workers);
            fleet.Run(0, minutes * Gcra.Minute);

            AssertNoWindowIsFuller(fleet, limit);
            // The last is used before its end or not; what is paced cannot be used in parts
            Assert.True(fleet.Arrivals.Count(arrival => arrival.At < minutes * Gcra.Minute) >= 0.95 * limit * minutes - 2, $"{fleet.Arrivals.Count} of {limit * minutes}");
        }, iter: 12);

    [Fact]
    public void Work_that_comes_and_goes_does_not_fill_a_window_more() => Schedules(minutes: 4, iter: 60);

    [Fact, Trait("size", "soak")]
    public void Nor_do_thousands_of_schedules() => Schedules(minutes: 3, iter: 1_500);

    [Fact, Trait("size", "soak")]
    public void Nor_do_hours_of_them() => Schedules(minutes: 180, iter: 8);

    [Fact]
    public void A_clock_that_is_set_back_gives_nothing_twice_and_stops_nobody_for_long() =>
        Gen.Select(Gen.Int[10, 1000], Gen.Int, Gen.Int[1, 86_400]).Sample((limit, seed, back) =>
        {
            var fleet = new Timeline(new("p||", limit, null, null), seed, 3);
            fleet.Run(0, Gcra.Minute);
            fleet.Offset -= back * Gcra.Second;
            fleet.Run(Gcra.Minute, 4 * Gcra.Minute);

            Assert.InRange(fleet.Fullest(Gcra.Minute, _ => 1), 1, limit);
            Assert.True(fleet.Arrivals.Count >= (0.95 * limit * 4) - (limit * 0.1) - 2, "at most a few seconds are lost");
        }, iter: 20);

    [Fact]
    public void A_clock_that_is_set_forward_gives_no_more_twice_than_was_given_away_ahead() =>
        Gen.Select(Gen.Int[10, 1000], Gen.Int, Gen.Int[1, 86_400]).Sample((limit, seed, forward) =>
        {
            var fleet = new Timeline(new("p||", limit, null, null), seed, 3);
            fleet.Run(0, Gcra.Minute);
            fleet.Offset += forward * Gcra.Second;
            fleet.Run(Gcra.Minute, 3 * Gcra.Minute);

            Assert.InRange(fleet.Fullest(Gcra.Minute, _ => 1), 1, limit + 1 + (limit * Gcra.FloorReach / Gcra.Window) + 1);
        }, iter: 20);

    [Fact]
    public void No_window_holds_more_tokens_than_the_limit_when_no_call_is_larger_than_a_fiftieth_of_it() =>
        Gen.Select(Gen.Int[5_000, 1_000_000], Gen.Int[1, 5], Gen.Int).Sample((limit, workers, seed) =>
        {
            var fleet = new Timeline(new("p||", null, limit, null), seed, workers) { Size = random => random.Next(1, limit / 50 + 1) };
            fleet.Run(0, 3 * Gcra.Minute);

            Assert.InRange(fleet.Fullest(Gcra.Minute, arrival => arrival.Tokens), 1, limit);
            Assert.True(fleet.Arrivals.Sum(arrival => arrival.Tokens) >= 0.95 * limit * 3, "and nearly all are used");
        }, iter: 20);

    [Fact]
    public void A_call_larger_than_the_limit_goes_alone_and_what_it_took_is_waited_for()
    {
        var fleet = new Timeline(new("p||", null, 1000, null), 1, 2) { Size = _ => 5000, Demand = (3, 0) };
        fleet.Run(0, 16 * Gcra.Minute);

        Assert.Equal(4, fleet.Arrivals.Count); // five minutes each
        Assert.Equal(5000, fleet.Fullest(Gcra.Minute, arrival => arrival.Tokens));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(600)]
    public void Bulk_gets_what_interactive_leaves_and_never_less_than_its_floor(int limit)
    {
        var full = new Timeline(new("p||", limit, null, null), 7, 4);
        full.Run(0, 20 * Gcra.Minute);
        var bulk = full.Arrivals.Count(arrival => arrival.IsBulk) / (double)full.Arrivals.Count;
        Assert.InRange(bulk, 0.07, 0.12);

        var alone = new Timeline(new("p||", limit, null, null), 7, 4) { Demand = (0, 20) };
        alone.Run(0, 20 * Gcra.Minute);
        Assert.True(alone.Arrivals.Count >= (0.95 * limit * 20) - 2);
    }

    [Fact]
    public void What_is_apart_by_a_unit_is_never_more_than_the_limit_in_the_span_that_a_window_can_show() =>
        Gen.Int[1, 10_000_000].Sample(limit => Assert.True(Gcra.Request(limit) * limit >= Gcra.Window));

    private static void Schedules(int minutes, int iter) =>
        Gen.Select(Limits, Gen.Int[1, 5], Gen.Int).Sample((limit, workers, seed) =>
        {
            var (fleet, random) = (new Timeline(new("p||", limit, null, null), seed, workers), new Random(seed));
            fleet.Run(0, minutes * Gcra.Minute, _ =>
            {
                if (random.Next(20) == 0) fleet.Demand = random.Next(3) == 0 ? (random.Next(30), random.Next(30)) : (0, 0);
            });

            AssertNoWindowIsFuller(fleet, limit);
        }, iter: iter);

    /// <summary>
    /// Than the limit a minute, nor in a shorter one than its part of it: what arrives in w seconds was due in an open span of w + 1.6 s, in which units 61.6 s / limit apart are at
    /// most (w + 1.6) · limit / 61.6, rounded up.
    /// </summary>
    private static void AssertNoWindowIsFuller(Timeline fleet, int limit)
    {
        foreach (var window in new[] { 1, 2, 5, 10, 15, 30, 60 }.Select(seconds => seconds * Gcra.Second))
        {
            var most = Math.Ceiling((window + Gcra.Window - Gcra.Minute) * (double)limit / Gcra.Window);
            Assert.InRange(fleet.Fullest(window, _ => 1), 0, (long)most);
        }
        Assert.InRange(fleet.Fullest(Gcra.Minute, _ => 1), 0, limit);
    }
}
