using System.Text.Json;
using Millrace.Contracts;
using Millrace.Engine.Limits;
using Millrace.Tests.Fleet;
using Millrace.Tests.Servers;
using Npgsql;

namespace Millrace.Tests.Limits;

/// <summary>
/// What four workers make of their limits, by the rows that they share. How much of a limit fits into a window, and who has how much of it, is the arithmetic's, and stands in
/// <see cref="GcraTests"/>; how much of it is used on a machine is for bench/limits.sh.
/// </summary>
[Integration]
public sealed class LimitFleetTests(LimitFleet given) : IClassFixture<LimitFleet>
{
    private const string Paced = "scripted||paced";
    private const string Microseconds = "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint";

    private readonly FleetFixture fleet = given.Fleet;

    /// <summary>
    /// So by no moment of the database's clock more calls have been allowed than fit between the beginning and a second after that moment, each in a unit of its own.
    /// </summary>
    [Fact]
    public async Task Every_call_of_all_workers_takes_a_unit_of_its_own_and_none_takes_it_far_ahead()
    {
        given.Respond("paced", (call, _) => call.Text("ok").Usage(3, 2).Stop());
        var unit = Gcra.Request(LimitFleet.Limit);
        var began = await fleet.QueryAsync<long>(
            $"INSERT INTO rate_budgets (scope, requests_at, tokens_at, bulk_at, park_at, bulk_park_at) VALUES ($1, {Microseconds}, 0, 0, 0, 0) RETURNING requests_at", Paced);
        using var enough = new CancellationTokenSource();
        var looking = MostAheadAsync(enough.Token);

        var ids = await Task.WhenAll(Enumerable.Range(0, 180).Select(n => fleet.SubmitAsync(
            LimitFleet.Request($"paced {n}", "paced", n % 3 == 0 ? GenerationClass.Bulk : GenerationClass.Interactive))));
        foreach (var id in ids)
        {
            var end = await fleet.Events.TerminalAsync(id);
            Assert.Equal(("completed", "1"), (end.Kind, end.String("attempts"))); // waiting is no attempt
        }
        await enough.CancelAsync();

        Assert.Equal(180, given.Arrivals("paced").Count);
        Assert.True(await fleet.QueryAsync<long>("SELECT requests_at FROM rate_budgets WHERE scope = $1", Paced) - began >= 180 * unit);
        Assert.InRange(await looking, -Gcra.Minute, Gcra.FloorReach + unit);
    }

    [Fact]
    public async Task What_one_worker_is_refused_for_stops_all_and_is_no_failure_of_bulk()
    {
        given.Respond("stop", (call, prompt) =>
        {
            if (prompt == "stop first" && given.Arrivals("stop first").Count == 1) call.Refuse(429, "rate_limit_exceeded", "no", ("Retry-After", "600"));
            else if (prompt == "stop bulk" && given.Arrivals("stop bulk").Count <= 5) call.Refuse(429, "rate_limit_exceeded", "no", ("Retry-After", "0"));
            else call.Text("ok").Usage(3, 2).Stop();
        });
        var first = await fleet.SubmitAsync(LimitFleet.Request("stop first", "m", provider: "account"));
        await fleet.UntilAsync("SELECT count(*) FROM account_stops WHERE account = 'account|'", 1L);
        await given.StoppedAsync("account", "m");

        var ids = await Task.WhenAll(Enumerable.Range(0, 16).Select(n => fleet.SubmitAsync(LimitFleet.Request($"stop {n}", "m", provider: "account"))));
        await fleet.UntilAsync("SELECT count(*) FROM generations WHERE id = ANY($1) AND state = 'parked' AND attempt = 0", 16L, ids);
        Assert.Equal(["stop first"], given.Arrivals("stop "));

        await given.PassAsync("account|");
        foreach (var id in ids.Append(first)) Assert.Equal("completed", (await fleet.Events.TerminalAsync(id)).Kind);
        var bulk = await fleet.Events.TerminalAsync(await fleet.SubmitAsync(LimitFleet.Request("stop bulk", "m", GenerationClass.Bulk, "account")));
        Assert.Equal(("completed", "1"), (bulk.Kind, bulk.String("attempts")));
        Assert.Equal(6, given.Arrivals("stop bulk").Count);
    }

    [Fact]
    public async Task What_a_call_took_is_settled_and_what_the_headers_say_is_used_up_is_not_asked_for()
    {
        given.Respond("tokens", (call, prompt) =>
        {
            if (prompt == "tokens 0") call.Header("x-ratelimit-remaining-tokens", "0").Header("x-ratelimit-reset-tokens", "1s500ms");
            call.Text("ok").Usage(10_000, 10_000).Stop();
        });
        await fleet.Events.TerminalAsync(await fleet.SubmitAsync(LimitFleet.Request("tokens 0", "tokens")));

        // 20,000 of 1,000 a minute: the budget is taken for as long as can be, though the estimate was a few hundred
        await fleet.UntilAsync($"SELECT tokens_at > {Microseconds} + 300000000 FROM rate_budgets WHERE scope = 'scripted||tokens'", true);
        var limited = await fleet.SubmitAsync(LimitFleet.Request("tokens 1", "tokens"));
        await fleet.UntilAsync("SELECT state FROM generations WHERE id = $1", "parked", limited);
        Assert.Equal(1, await fleet.QueryAsync<long>("SELECT count(*) FROM account_stops WHERE account = 'scripted|tokens'"));
        Assert.Equal(0, await fleet.QueryAsync<int>("SELECT attempt FROM generations WHERE id = $1", limited));
    }

    [Fact]
    public async Task What_a_limit_holds_back_until_it_is_too_late_has_expired_without_a_call()
    {
        given.Respond("late", (call, _) => call.Text("ok").Usage(3, 2).Stop());
        await fleet.Events.TerminalAsync(await fleet.SubmitAsync(LimitFleet.Request("late first", "late")));
        await fleet.QueryAsync<string>("UPDATE rate_budgets SET requests_at = 9e18 WHERE scope = 'scripted||late' RETURNING scope"); // as far ahead as a row can be
        var request = LimitFleet.Request("late second", "late") with { NotAfter = TimeProvider.System.GetUtcNow().AddDays(1) };
        await fleet.SubmitAsync(request);
        await fleet.UntilAsync("SELECT state FROM generations WHERE id = $1", "parked", request.GenerationId);

        // The day is over
        var until = new DateTimeOffset(await fleet.QueryAsync<DateTime>("SELECT now()"));
        await fleet.QueryAsync<Guid>(
            "UPDATE generations SET not_before = now(), request = $2::jsonb WHERE id = $1 RETURNING id",
            request.GenerationId, JsonSerializer.Serialize(request with { NotAfter = until }, ContractsJson.Options));

        var end = await fleet.Events.TerminalAsync(request.GenerationId);
        Assert.Equal(("failed", "Expired", "0"), (end.Kind, end.String("reason"), end.String("attempts")));
        Assert.StartsWith($"NotAfter was {until:O}; what provider 'scripted' may be called did not allow it to begin before ", end.String("message"), StringComparison.Ordinal);
        Assert.Empty(given.Arrivals("late second"));
    }

    /// <summary>How far ahead of the database's clock the budget was given away, at most; microseconds.</summary>
    private async Task<long> MostAheadAsync(CancellationToken enough)
    {
        await using var source = NpgsqlDataSource.Create(fleet.Postgres);
        await using var command = source.CreateCommand($"SELECT requests_at - {Microseconds} FROM rate_budgets WHERE scope = '{Paced}'");
        var most = long.MinValue;
        while (!enough.IsCancellationRequested)
        {
            most = Math.Max(most, (long)(await command.ExecuteScalarAsync(CancellationToken.None))!);
            await Task.Delay(5, CancellationToken.None);
        }
        return most;
    }
}
