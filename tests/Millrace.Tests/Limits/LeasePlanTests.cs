using Millrace.Engine.Limits;
using Millrace.Persistence.Limits;

namespace Millrace.Tests.Limits;

public sealed class LeasePlanTests
{
    private const long Now = 1_000_000 * Pace.Second;

    private static readonly Allowance Wide = new("p||", 6000, null, null);

    private static readonly Allowance Narrow = new("p||m", 60, null, null);

    [Theory]
    [InlineData(long.MinValue)]
    [InlineData(-1)]
    [InlineData(long.MaxValue)]
    public void A_row_that_nobody_can_have_written_stops_no_visit_and_is_right_after_it(long spoilt)
    {
        var counted = new Allowance("p||c", null, 1000, 2);
        var asks = new[] { new Ask([Wide], 0, false, DateTimeOffset.UnixEpoch, TimeSpan.FromSeconds(1)), new Ask([counted], 10, false, DateTimeOffset.UnixEpoch, TimeSpan.FromSeconds(1)) };
        var round = new Round(asks, new[] { Wide, counted }.ToDictionary(budget => budget.Scope), new Dictionary<string, int>(), new Dictionary<string, long> { [counted.Scope] = -500 });
        var others = Enumerable.Range(0, 3).Select(_ => new PermitRow(counted.Scope, Guid.NewGuid(), (int)Math.Clamp(spoilt, int.MinValue, int.MaxValue), (int)Math.Clamp(spoilt, int.MinValue, int.MaxValue))).ToList();

        var changes = round.Plan(new(Now, [new BudgetRow(Wide.Scope), new BudgetRow(counted.Scope, spoilt, spoilt, spoilt, spoilt, spoilt)], others), Guid.NewGuid());

        Assert.IsType<Verdict.Granted>(round.Verdicts[0]);
        var row = changes.Budgets.Single(budget => budget.Scope == counted.Scope);
        Assert.All(new[] { row.RequestsAt, row.TokensAt, row.BulkAt, row.ParkAt, row.BulkParkAt }, at => Assert.InRange(at, 0, Now + (61 * Pace.Minute)));
    }

    [Fact]
    public void Interactive_goes_first_and_within_a_class_who_was_received_first()
    {
        var asks = new[] { Of(3, true), Of(2, false), Of(1, true), Of(1, false) };

        var verdicts = LeasePlan.Make(Now, asks, Lines(new BudgetRow("p||", BulkAt: Now + Pace.Minute)));

        Assert.Equal([3, 1, 2, 0], asks.Select((_, n) => n).OrderBy(n => ((Verdict.Granted)verdicts[n]).At));
    }

    [Fact]
    public void Bulk_below_its_floor_goes_before_interactive_once()
    {
        var asks = new[] { Of(1, false), Of(2, true), Of(3, true) };

        var verdicts = LeasePlan.Make(Now, asks, Lines(new BudgetRow("p||")));

        Assert.Equal([1, 0, 2], asks.Select((_, n) => n).OrderBy(n => ((Verdict.Granted)verdicts[n]).At));
    }

    [Fact]
    public void An_ask_takes_of_all_its_budgets_at_one_moment_and_holds_up_nobody_who_does_not_need_the_full_one()
    {
        var both = new Ask([Wide, Narrow], 0, false, DateTimeOffset.UnixEpoch, TimeSpan.FromSeconds(1));
        var one = new Ask([Wide], 0, false, DateTimeOffset.UnixEpoch.AddSeconds(1), TimeSpan.FromSeconds(1));
        var lines = Lines(new BudgetRow("p||"), new BudgetRow("p||m", RequestsAt: Now + 500_000));

        var verdicts = LeasePlan.Make(Now, [both, one], lines);

        Assert.Equal(new Verdict.Granted(Now + 500_000), verdicts[0]);
        Assert.Equal(new Verdict.Granted(Now - Pace.Slack), verdicts[1]);
        Assert.Equal(Now + 500_000 + Pace.Request(6000), lines["p||"].Row.RequestsAt);
        Assert.Equal(Now + 500_000 + Pace.Request(60), lines["p||m"].Row.RequestsAt);
    }

    [Fact]
    public void Who_has_to_wait_for_longer_is_parked_behind_those_who_were_before_it_at_the_limits_pace()
    {
        var lines = Lines(new BudgetRow("p||m", RequestsAt: Now + (3 * Pace.Second)));
        var asks = Enumerable.Range(0, 3).Select(n => new Ask([Narrow], 0, false, DateTimeOffset.UnixEpoch.AddSeconds(n), TimeSpan.FromSeconds(1))).ToList();

        var parked = LeasePlan.Make(Now, asks, lines).Cast<Verdict.Park>().Select(park => park.For.TotalSeconds).ToList();

        Assert.Equal([2.3, 3.3, 4.3], parked.Select(seconds => Math.Round(seconds, 3)));
    }

    [Fact]
    public void Who_missed_its_place_waits_for_a_part_of_the_line_and_no_longer_than_who_comes_now()
    {
        Ask[] asks = [new([Narrow], 0, false, DateTimeOffset.UnixEpoch, TimeSpan.FromSeconds(1)) { IsBack = true }, new([Narrow], 0, false, DateTimeOffset.UnixEpoch.AddSeconds(1), TimeSpan.FromSeconds(1))];
        double[] Parked(long line) => [.. LeasePlan.Make(Now, asks, Lines(new BudgetRow("p||m", RequestsAt: Now + (3 * Pace.Second), ParkAt: Now + line)))
            .Cast<Verdict.Park>().Select(park => Math.Round(park.For.TotalSeconds, 3))];

        Assert.Equal([11, 80.3], Parked(80 * Pace.Second));
        Assert.Equal([1.375, 3.3], Parked(0));
    }

    [Fact]
    public void Who_has_waited_for_long_enough_is_parked_though_its_turn_is_near()
    {
        var row = new BudgetRow("p||", RequestsAt: Now + 700_000, BulkAt: Now + Pace.Minute);
        var patient = Of(1, true);
        var tired = Of(2, true);
        tired.PatienceLeft = 100_000;

        var verdicts = LeasePlan.Make(Now, [patient, tired], Lines(row));

        Assert.IsType<Verdict.Stay>(verdicts[0]);
        Assert.IsType<Verdict.Park>(verdicts[1]);
    }

    [Fact]
    public void Places_that_nobody_comes_for_are_not_kept()
    {
        var left = new BudgetRow("p||m", RequestsAt: Now - (10 * Pace.Second), ParkAt: Now + Pace.Minute);
        var asks = Enumerable.Range(0, 2).Select(n => new Ask([Narrow], 0, false, DateTimeOffset.UnixEpoch.AddSeconds(n), TimeSpan.FromSeconds(1)) { PatienceLeft = 0 }).ToList();

        var verdicts = LeasePlan.Make(Now, asks, Lines(left));

        Assert.Equal(new Verdict.Granted(Now - Pace.Slack), verdicts[0]);
        Assert.InRange(Assert.IsType<Verdict.Park>(verdicts[1]).For, TimeSpan.Zero, TimeSpan.FromSeconds(2));
    }

    [Fact]
    public void What_was_estimated_too_high_is_given_back_and_too_low_is_waited_for()
    {
        var budget = new Allowance("p||", null, 6000, null);
        var (less, more) = (new BudgetLine(budget, new BudgetRow("p||", TokensAt: Now + Pace.Minute), Now, 0), new BudgetLine(budget, new BudgetRow("p||"), Now, 0));

        less.Settle(-3000);
        more.Settle(3000);

        Assert.Equal(Now + Pace.Minute - Pace.Tokens(3000, 6000), less.Row.TokensAt);
        Assert.Equal(Pace.Tokens(3000, 6000), more.Row.TokensAt);
    }

    private static Ask Of(int second, bool isBulk) => new([Wide], 0, isBulk, DateTimeOffset.UnixEpoch.AddSeconds(second), TimeSpan.FromSeconds(1));

    private static Dictionary<string, BudgetLine> Lines(params BudgetRow[] rows) =>
        rows.ToDictionary(row => row.Scope, row => new BudgetLine(row.Scope == "p||" ? Wide : Narrow, row, Now, 0));
}
