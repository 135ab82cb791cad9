using Millrace.Contracts;
using Millrace.Tests.Fleet;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Limits;

/// <summary>What a provider sees of four workers.</summary>
[Integration]
public sealed class LimitFleetTests(LimitFleet given) : IClassFixture<LimitFleet>
{
    private readonly FleetFixture fleet = given.Fleet;

    /// <summary>
    /// Of a window of 60 s this would take minutes (bench/limits.sh does it). Of a shorter one the same holds by the same reason: what arrives in w seconds was due in an open span of
    /// w + 1.5 s, in which units 61.5 s / limit apart are at most (w + 1.5) · limit / 61.5, rounded up.
    /// </summary>
    /// <summary>How much of the limit is used is for bench/limits.sh: here it would be the machine that is measured.</summary>
    [Fact]
    public async Task No_window_holds_more_than_the_limit()
    {
        given.Respond("paced", (call, _) => call.Text("ok").Usage(3, 2).Stop());
        await Task.WhenAll(Enumerable.Range(0, 120).Select(n => fleet.SubmitAsync(LimitFleet.Request($"paced {n}", "paced"))));
        await Task.WhenAll(Enumerable.Range(0, 60).Select(n => fleet.SubmitAsync(LimitFleet.Request($"paced bulk {n}", "paced", GenerationClass.Bulk))));

        await given.ArrivedAsync("paced", 170);

        var times = given.Arrivals("paced").Select(arrival => arrival.At.TotalSeconds).Order().ToList();
        foreach (var window in new[] { 1, 2, 5, 10, 15 })
        {
            var most = times.Max(from => times.Count(at => at >= from && at < from + window));
            Assert.True(most <= Math.Ceiling((window + 1.5) * LimitFleet.Limit / 61.5), $"{most} in {window} s");
        }

        // Bulk had its floor while interactive had not had all; it filled the rest after that
        var interactive = given.Arrivals("paced").Where(arrival => !arrival.Prompt.Contains("bulk", StringComparison.Ordinal)).Max(arrival => arrival.At);
        var before = given.Arrivals("paced bulk").Count(arrival => arrival.At < interactive - TimeSpan.FromSeconds(2));
        Assert.InRange(before, 5, 30);
        Assert.Equal(0, await fleet.QueryAsync<long>("SELECT count(*) FROM generations WHERE model = 'paced' AND finished_at IS NOT NULL AND attempt <> 1")); // waiting is no attempt
    }

    [Fact]
    public async Task Calls_at_a_time_are_no_more_than_allowed_and_those_of_a_killed_worker_are_free_again()
    {
        var (gate, live, peak) = (new TaskCompletionSource(), 0, 0);
        given.Respond("few", (call, _) =>
        {
            InterlockedMax(ref peak, Interlocked.Increment(ref live));
            var end = EndAsync(call.Aborted);
            call.HoldUntil(end).Text("ok").Usage(3, 2).Stop();
        });
        var ids = await Task.WhenAll(Enumerable.Range(0, 9).Select(n => fleet.SubmitAsync(LimitFleet.Request($"few {n}", "few-1"))));
        await given.ArrivedAsync("few", 3);

        var owner = await fleet.QueryAsync<string>(
            "SELECT w.name FROM generations g JOIN workers w ON w.id = g.owner JOIN call_permits p ON p.worker_id = w.id WHERE p.granted > 0 AND g.state = 'running' LIMIT 1");
        var victim = fleet.Processes.Single(worker => owner.EndsWith($":{worker.Id}", StringComparison.Ordinal));
        await victim.KillAsync();
        await given.ArrivedAsync("few", 4);
        gate.SetResult();
        foreach (var id in ids) Assert.Equal("completed", (await fleet.Events.TerminalAsync(id)).Kind);

        Assert.Equal(3, peak);
        await fleet.UntilAsync("SELECT count(*) FROM call_permits p JOIN workers w ON w.id = p.worker_id WHERE p.granted > 0 AND w.heartbeat_at > now() - interval '6 s'", 0L);
        await fleet.AddProcessAsync();

        async Task EndAsync(Task aborted)
        {
            await Task.WhenAny(gate.Task, aborted);
            Interlocked.Decrement(ref live);
        }
    }

    [Fact]
    public async Task What_one_worker_is_refused_for_stops_all_and_is_no_failure_of_bulk()
    {
        given.Respond("stop", (call, prompt) =>
        {
            if (prompt == "stop first" && given.Arrivals("stop first").Count == 1) call.Refuse(429, "rate_limit_exceeded", "no", ("Retry-After", "4"));
            else if (prompt == "stop bulk" && given.Arrivals("stop bulk").Count <= 5) call.Refuse(429, "rate_limit_exceeded", "no", ("Retry-After", "0"));
            else call.Text("ok").Usage(3, 2).Stop();
        });
        var first = await fleet.SubmitAsync(LimitFleet.Request("stop first", "m", provider: "account"));
        await given.ArrivedAsync("stop first", 1);
        await fleet.UntilAsync("SELECT count(*) FROM account_stops WHERE account = 'account|'", 1L);

        var ids = await Task.WhenAll(Enumerable.Range(0, 16).Select(n => fleet.SubmitAsync(LimitFleet.Request($"stop {n}", "m", provider: "account"))));
        foreach (var id in ids.Append(first)) Assert.Equal("completed", (await fleet.Events.TerminalAsync(id)).Kind);

        var stopped = given.Arrivals("stop first")[0].At;
        Assert.DoesNotContain(given.Arrivals("stop "), arrival => arrival.At > stopped + TimeSpan.FromSeconds(1.5) && arrival.At < stopped + TimeSpan.FromSeconds(3.9));
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
        var before = await fleet.QueryAsync<long>("SELECT coalesce(max(tokens_at), 0) FROM rate_budgets WHERE scope = 'scripted||tokens'");
        await fleet.Events.TerminalAsync(await fleet.SubmitAsync(LimitFleet.Request("tokens 0", "tokens")));
        Assert.Equal(0, before);

        // 20,000 of 60,000 a minute: the budget is taken for 20 s, though the estimate was a few hundred
        await fleet.UntilAsync("SELECT tokens_at > extract(epoch FROM now()) * 1000000 + 10000000 FROM rate_budgets WHERE scope = 'scripted||tokens'", true);
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

        var until = TimeProvider.System.GetUtcNow() + TimeSpan.FromSeconds(3);
        var end = await fleet.Events.TerminalAsync(await fleet.SubmitAsync(LimitFleet.Request("late second", "late") with { NotAfter = until }));

        Assert.Equal(("failed", "Expired", "0"), (end.Kind, end.String("reason"), end.String("attempts")));
        Assert.StartsWith($"NotAfter was {until:O}; what provider 'scripted' may be called did not allow it to begin before ", end.String("message"), StringComparison.Ordinal);
        Assert.Empty(given.Arrivals("late second"));
    }

    [Fact]
    public async Task Bulk_that_has_waited_for_ten_minutes_goes_before_interactive_that_came_later()
    {
        given.Respond("aged", (call, _) => call.Text("ok").Usage(3, 2).Stop());
        await InteractiveAsync("before");
        var old = await Task.WhenAll(Enumerable.Range(0, 30).Select(n => fleet.SubmitAsync(LimitFleet.Request($"aged bulk {n}.", "aged", GenerationClass.Bulk))));
        await fleet.UntilAsync("SELECT count(started_at) FROM generations WHERE id = ANY($1)", 30L, old);

        await fleet.QueryAsync<long>("WITH aged AS (UPDATE generations SET started_at = now() - interval '11 min' WHERE id = ANY($1) RETURNING 1) SELECT count(*) FROM aged", old);
        await InteractiveAsync("after");
        await given.ArrivedAsync("aged bulk", 30);

        // By the order of arrival: how many have come by the time of the look says how fast this machine is
        var order = given.Arrivals("aged").OrderBy(arrival => arrival.At).ToList();
        Assert.InRange(order.FindLastIndex(arrival => arrival.Prompt.Contains("bulk", StringComparison.Ordinal)) + 1, 30, 285); // with the floor alone, one of ten, the last would be one of the last of all

        Task InteractiveAsync(string when) => Task.WhenAll(Enumerable.Range(0, 200).Select(n => fleet.SubmitAsync(LimitFleet.Request($"aged not {when} {n}", "aged"))));
    }

    private static void InterlockedMax(ref int most, int now)
    {
        for (var seen = most; now > seen; seen = most)
            if (Interlocked.CompareExchange(ref most, now, seen) == seen) return;
    }
}
