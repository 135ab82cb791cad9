using System.Text.Json;
using Millrace.Contracts;
using Millrace.Persistence.Batches;
using Millrace.Persistence.Model;
using Millrace.Tests.Batches;
using Millrace.Tests.Fleet;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Budgets;

/// <summary>Two workers, a price of $2 and $10, and tenants with budgets.</summary>
public sealed class PricedFleet(TestServers servers) : IAsyncLifetime
{
    internal FleetFixture Fleet { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Fleet = await FleetFixture.StartAsync(servers, 2,
        ("Millrace__Models__0__Name", "scripted/m"), ("Millrace__Models__0__InputPrice", "2"), ("Millrace__Models__0__OutputPrice", "10"),
        ("Millrace__Tenants__0__Name", "acme.eu"), ("Millrace__Tenants__0__Budget", "0.05"),
        ("Millrace__Tenants__1__Name", "leaver"), ("Millrace__Tenants__1__Budget", "0.025"), ("Millrace__Tenants__1__BudgetPeriod", "Total"),
        ("Millrace__Retry__BaseDelay", "00:00:00.010"));

    public ValueTask DisposeAsync() => Fleet.DisposeAsync();
}

[Integration]
public sealed class BudgetFleetTests(PricedFleet priced) : IClassFixture<PricedFleet>
{
    private static readonly GenerationOptions Short = new() { MaxOutputTokens = 1000 };

    private readonly FleetFixture fleet = priced.Fleet;

    [Fact]
    public async Task An_answer_says_its_cost_with_what_failed_on_the_way_and_the_metrics_count_it()
    {
        fleet.Provider.Respond(call => _ = call.RawBody.Contains("two tries", StringComparison.Ordinal) && IsFirst()
            ? call.Text("no JSON").Usage(100, 10).Stop() : call.Text("{}").Usage(1000, 500).Stop());
        var plain = await fleet.SubmitAsync();
        Assert.Equal("0.007", (await fleet.Events.TerminalAsync(plain)).Message.GetProperty("cost").GetRawText()); // a number, not a text

        var twice = await fleet.SubmitAsync(FleetFixture.Request("two tries") with { Options = new() { ResponseFormat = ResponseFormat.Json } });
        var end = await fleet.Events.TerminalAsync(twice);

        Assert.Equal(("completed", "0.0073"), (end.Kind, end.String("cost")));
        Assert.Equal("0.0003", end.Message.GetProperty("failures")[0].GetProperty("cost").GetRawText());
        Assert.Equal(7_300_000L, await fleet.QueryAsync<long>("SELECT cost_nanos FROM generations WHERE id = $1", twice));
        Assert.Equal(0L, await fleet.QueryAsync<long>("SELECT count(*) FROM reservations WHERE generation_id = $1", twice));
        using var http = new HttpClient();
        var told = await Task.WhenAll(fleet.Workers.Select(worker => http.GetStringAsync(new Uri(worker.Url, "/metrics"))));
        Assert.Contains(told.SelectMany(text => text.Split('\n')), line =>
            line.StartsWith("millrace_cost", StringComparison.Ordinal) && line.Contains("gen_ai_request_model=\"m\"", StringComparison.Ordinal) && line.Contains(" 0.0", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Of_many_requests_at_once_those_run_that_the_budget_has_room_for_and_the_others_fail_without_a_call()
    {
        fleet.Provider.Respond(call => call.Text("Hi.").Usage(1000, 900).Stop());
        var requests = Enumerable.Range(0, 12).Select(_ => FleetFixture.Request() with { Tenant = "acme.eu", Options = Short, Fallbacks = ["scripted/m"] }).ToList();

        await Task.WhenAll(requests.Select(request => fleet.SubmitAsync(request)));
        var ends = await Task.WhenAll(requests.Select(request => fleet.Events.TerminalAsync(request.GenerationId)));

        // Each is estimated at 0.010 and its prompt, and costs 0.011: four have room, be it side by side or one after the other, and no fifth
        Assert.Equal(4, ends.Count(end => end.Kind == "completed"));
        Assert.All(ends.Where(end => end.Kind == "failed"), end =>
        {
            Assert.Equal(("BudgetExceeded", "0", false), (end.String("reason"), end.String("attempts"), end.Message.GetProperty("retryable").GetBoolean()));
            Assert.StartsWith("Tenant 'acme.eu' has a budget of $0.05 a month (UTC); $", end.String("message"), StringComparison.Ordinal);
        });
        Assert.Equal((44_000_000L, 0L), (await SumAsync("spent_nanos", "acme.eu"), await SumAsync("reserved_nanos", "acme.eu")));
        Assert.Equal(0L, await fleet.QueryAsync<long>("SELECT count(*) FROM reservations r JOIN generations g ON g.id = r.generation_id WHERE g.tenant = 'acme.eu'"));
    }

    [Fact]
    public async Task A_call_that_is_cancelled_in_mid_stream_counts_with_its_estimate_and_one_that_was_refused_with_nothing()
    {
        fleet.Provider.Respond(call => _ = call.RawBody.Contains("refuse", StringComparison.Ordinal) ? call.Refuse(400) : call.Text("as far as ").Stall());
        var refused = await fleet.SubmitAsync(FleetFixture.Request("refuse") with { Tenant = "leaver", Options = Short });
        Assert.Equal("failed", (await fleet.Events.TerminalAsync(refused)).Kind);
        Assert.Equal((0L, 0L), (await SumAsync("spent_nanos", "leaver"), await SumAsync("reserved_nanos", "leaver")));

        var id = await fleet.SubmitAsync(FleetFixture.Request() with { Tenant = "leaver", Options = Short });
        await fleet.Events.FirstAsync(seen => seen.Id == id && seen.Kind == "chunk");
        await fleet.Producer.CancelAsync(id, "enough");
        Assert.Equal("cancelled", (await fleet.Events.TerminalAsync(id)).Kind);

        Assert.InRange(await SumAsync("spent_nanos", "leaver"), 10_000_000, 10_100_000);
        Assert.Equal(0L, await SumAsync("reserved_nanos", "leaver"));
    }

    [Fact]
    public async Task A_batch_whose_money_is_used_up_ends_with_its_window_while_a_line_of_it_still_runs()
    {
        fleet.Provider.Respond(call => call.Stall());
        await using var desk = BatchDesk.Of(fleet.Postgres);
        string Line(string id, string model) => JsonSerializer.Serialize(new { custom_id = id, prompt = "p", model });

        var id = await desk.SubmitAsync([Line("unpriced", "scripted/other"), Line("dear-1", "scripted/m"), Line("dear-2", "scripted/m")],
            batch => batch with { Budget = 0.000001m });
        await desk.UntilAsync(id, batch => batch.State == BatchState.Exhausted);
        await fleet.QueryAsync<Guid>("UPDATE batches SET expires_at = now() WHERE id = $1 RETURNING id", id);
        var batch = await desk.EndAsync(id);

        Assert.Equal((BatchState.Expired, 3, 0), (batch.State, batch.Total, batch.Completed));
        Assert.Equal(["unpriced", "dear-1", "dear-2"], (await desk.ReadAsync(batch, BatchResults.InOrder)).Select(line => line.CustomId));
        Assert.Equal((0L, 0L), (batch.SpentNanos, batch.ReservedNanos));
    }

    private int asked;

    private bool IsFirst() => Interlocked.Increment(ref asked) == 1;

    private Task<long> SumAsync(string column, string tenant) =>
        fleet.QueryAsync<long>($"SELECT CAST(coalesce(sum({column}), 0) AS bigint) FROM budgets WHERE key LIKE $1", $"tenant/{tenant}/%");
}
