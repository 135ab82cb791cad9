using Millrace.Engine.Limits;
using Millrace.Persistence.Limits;

namespace Millrace.Tests.Limits;

public sealed class LeasePlanTests
{
    private const long Now = 1_000_000 * Gcra.Second;

    private static readonly Allowance Wide = new("p||", 6000, null, null);

    private static readonly Allowance Narrow = new("p||m", 60, null, null);

    [Theory]
    [InlineData(long.MinValue)]
    [InlineData(-1)]
    [InlineData(long.MaxValue)]
    public void A_row_that_nobody_can_have_written_stops_no_visit_and_is_right_after_it(long spoilt)
    {
        var counted = new Allowance("p||c", null, 1000, 2);
        var requests = new[] { new LeaseRequest([Wide], 0, false, DateTimeOffset.UnixEpoch, TimeSpan.FromSeconds(1)), new LeaseRequest([counted], 10, false, DateTimeOffset.UnixEpoch, TimeSpan.FromSeconds(1)) };
        var sync = new LimiterSync(requests, new[] { Wide, counted }.ToDictionary(budget => budget.Scope), new Dictionary<string, int>(), new Dictionary<string, long> { [counted.Scope] = -500 });
        var others = Enumerable.Range(0, 3).Select(_ => new PermitRow(counted.Scope, Guid.NewGuid(), (int)Math.Clamp(spoilt, int.MinValue, int.MaxValue), (int)Math.Clamp(spoilt, int.MinValue, int.MaxValue))).ToList();

        var changes = sync.Plan(new(Now, [new BudgetRow(Wide.Scope), new BudgetRow(counted.Scope, spoilt, spoilt, spoilt, spoilt, spoilt)], others), Guid.NewGuid());

        Assert.IsType<LeaseDecision.Granted>(sync.Decisions[0]);
        var row = changes.Budgets.Single(budget => budget.Scope == counted.Scope);
        Assert.All(new[] { row.RequestsAt, row.TokensAt, row.BulkAt, row.ParkAt, row.BulkParkAt }, at => Assert.InRange(at, 0, Now + (61 * Gcra.Minute)));
    }

    [Fact]
    public void Interactive_goes_first_and_within_a_class_who_was_received_first()
    {
        var requests = new[] { Of(3, true), Of(2, false), Of(1, true), Of(1, false) };

        var decisions = LeasePlan.Make(Now, requests, Lines(new BudgetRow("p||", BulkAt: Now + Gcra.Minute)));

        Assert.Equal([3, 1, 2, 0], requests.Select((_, n) => n).OrderBy(n => ((LeaseDecision.Granted)decisions[n]).At));
    }

    [Fact]
    public void Bulk_below_its_floor_goes_before_interactive_once()
    {
        var requests = new[] { Of(1, false), Of(2, true), Of(3, true) };

        var decisions = LeasePlan.Make(Now, requests, Lines(new BudgetRow("p||")));

        Assert.Equal([1, 0, 2], requests.Select((_, n) => n).OrderBy(n => ((LeaseDecision.Granted)decisions[n]).At));
    }

    [Fact]
    public void An_ask_takes_of_all_its_budgets_at_one_moment_and_holds_up_nobody_who_does_not_need_the_full_one()
    {
        var both = new LeaseRequest([Wide, Narrow], 0, false, DateTimeOffset.UnixEpoch, TimeSpan.FromSeconds(1));
        var one = new LeaseRequest([Wide], 0, false, DateTimeOffset.UnixEpoch.AddSeconds(1), TimeSpan.FromSeconds(1));
        var windows = Lines(new BudgetRow("p||"), new BudgetRow("p||m", RequestsAt: Now + 500_000));

        var decisions = LeasePlan.Make(Now, [both, one], windows);

        Assert.Equal(new LeaseDecision.Granted(Now + 500_000), decisions[0]);
        Assert.Equal(new LeaseDecision.Granted(Now - Gcra.Slack), decisions[1]);
        Assert.Equal(Now + 500_000 + Gcra.Request(6000), windows["p||"].Row.RequestsAt);
        Assert.Equal(Now + 500_000 + Gcra.Request(60), windows["p||m"].Row.RequestsAt);
    }

    [Fact]
    public void Who_has_to_wait_for_longer_is_parked_behind_those_who_were_before_it_at_the_limits_pace()
    {
        var windows = Lines(new BudgetRow("p||m", RequestsAt: Now + (3 * Gcra.Second)));
        var requests = Enumerable.Range(0, 3).Select(n => new LeaseRequest([Narrow], 0, false, DateTimeOffset.UnixEpoch.AddSeconds(n), TimeSpan.FromSeconds(1))).ToList();

        var parked = LeasePlan.Make(Now, requests, windows).Cast<LeaseDecision.Park>().Select(park => park.For.TotalSeconds).ToList();

        Assert.Equal([2.3, 3.3, 4.3], parked.Select(seconds => Math.Round(seconds, 3)));
    }

    [Fact]
    public void Who_missed_its_place_waits_for_a_part_of_the_line_and_no_longer_than_who_comes_now()
    {
        LeaseRequest[] requests = [new([Narrow], 0, false, DateTimeOffset.UnixEpoch, TimeSpan.FromSeconds(1)) { IsBack = true }, new([Narrow], 0, false, DateTimeOffset.UnixEpoch.AddSeconds(1), TimeSpan.FromSeconds(1))];
        double[] Parked(long line) => [.. LeasePlan.Make(Now, requests, Lines(new BudgetRow("p||m", RequestsAt: Now + (3 * Gcra.Second), ParkAt: Now + line)))
            .Cast<LeaseDecision.Park>().Select(park => Math.Round(park.For.TotalSeconds, 3))];

        Assert.Equal([11, 80.3], Parked(80 * Gcra.Second));
        Assert.Equal([1.375, 3.3], Parked(0));
    }

    [Fact]
    public void Who_has_waited_for_long_enough_is_parked_though_its_turn_is_near()
    {
        var row = new BudgetRow("p||", RequestsAt: Now + 700_000, BulkAt: Now + Gcra.Minute);
        var patient = Of(1, true);
        var tired = Of(2, true);
        tired.PatienceLeft = 100_000;

        var decisions = LeasePlan.Make(Now, [patient, tired], Lines(row));

        Assert.IsType<LeaseDecision.Stay>(decisions[0]);
        Assert.IsType<LeaseDecision.Park>(decisions[1]);
    }

    [Fact]
    public void Places_that_nobody_comes_for_are_not_kept()
    {
        var left = new BudgetRow("p||m", RequestsAt: Now - (10 * Gcra.Second), ParkAt: Now + Gcra.Minute);
        var requests = Enumerable.Range(0, 2).Select(n => new LeaseRequest([Narrow], 0, false, DateTimeOffset.UnixEpoch.AddSeconds(n), TimeSpan.FromSeconds(1)) { PatienceLeft = 0 }).ToList();

        var decisions = LeasePlan.Make(Now, requests, Lines(left));

        Assert.Equal(new LeaseDecision.Granted(Now - Gcra.Slack), decisions[0]);
        Assert.InRange(Assert.IsType<LeaseDecision.Park>(decisions[1]).For, TimeSpan.Zero, TimeSpan.FromSeconds(2));
    }

    [Fact]
    public void What_was_estimated_too_high_is_given_back_and_too_low_is_waited_for()
    {
        var budget = new Allowance("p||", null, 6000, null);
        var (less, more) = (new LimitWindow(budget, new BudgetRow("p||", TokensAt: Now + Gcra.Minute), Now, 0), new LimitWindow(budget, new BudgetRow("p||"), Now, 0));

        less.Settle(-3000);
        more.Settle(3000);

        Assert.Equal(Now + Gcra.Minute - Gcra.Tokens(3000, 6000), less.Row.TokensAt);
        Assert.Equal(Gcra.Tokens(3000, 6000), more.Row.TokensAt);
    }

    private static LeaseRequest Of(int second, bool isBulk) => new([Wide], 0, isBulk, DateTimeOffset.UnixEpoch.AddSeconds(second), TimeSpan.FromSeconds(1));

    private static Dictionary<string, LimitWindow> Lines(params BudgetRow[] rows) =>
        rows.ToDictionary(row => row.Scope, row => new LimitWindow(row.Scope == "p||" ? Wide : Narrow, row, Now, 0));
}
