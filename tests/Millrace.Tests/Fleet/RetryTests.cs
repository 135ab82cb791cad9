using Millrace.Contracts;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Fleet;

[Collection(RetryFleet.Name)]
[Integration]
public sealed class RetryTests(RetryFleet given)
{
    private readonly FleetFixture fleet = given.Fleet;

    [Fact]
    public async Task A_rate_limited_generation_is_parked_without_a_slot_and_completes_when_its_time_has_come()
    {
        fleet.Provider.Respond(call =>
        {
            if (call.RawBody.Contains("limited", StringComparison.Ordinal) && RetryFleet.CallsOf(fleet.Provider, "limited").Count == 1)
                call.Refuse(429, "rate_limit_exceeded", "no", ("Retry-After", "600"), ("x-ratelimit-remaining-requests", "0")); // of this model
            else call.Text("ok").Stop();
        });
        var limited = await fleet.SubmitAsync(RetryFleet.Request("limited", "narrow"));
        await fleet.UntilAsync("SELECT state FROM generations WHERE id = $1", "parked", limited);
        Assert.True(await fleet.QueryAsync<bool>("SELECT owner IS NULL AND not_before >= started_at + interval '600 s' FROM generations WHERE id = $1", limited));

        await fleet.Events.TerminalAsync(await fleet.SubmitAsync(RetryFleet.Request("meanwhile", "narrow") with { Model = "another" }));
        Assert.Single(RetryFleet.CallsOf(fleet.Provider, "limited"));
        await PassAsync();
        var completed = await fleet.Events.TerminalAsync(limited);

        Assert.Single(RetryFleet.CallsOf(fleet.Provider, "meanwhile"));
        Assert.Equal(2, RetryFleet.CallsOf(fleet.Provider, "limited").Count);
        Assert.Equal(2, completed.Message.GetProperty("attempts").GetInt32());
        RetryFleet.AssertFailures(completed, "1 narrow/narrow RateLimited 429");
        await fleet.AssertStreamIsWholeAsync(limited);

        // The time that the provider asked for is over: for the account, by the database's clock and by the worker's, and for the generation
        async Task PassAsync()
        {
            Assert.Equal(1L, await fleet.QueryAsync<long>("WITH over AS (DELETE FROM account_stops WHERE account = 'narrow|narrow' RETURNING 1) SELECT count(*) FROM over"));
            given.Clock.Advance(TimeSpan.FromMinutes(20));
            await fleet.QueryAsync<Guid>("UPDATE generations SET not_before = now() WHERE id = $1 RETURNING id", limited);
        }
    }

    [Fact]
    public async Task A_provider_that_is_away_for_a_moment_is_asked_again_in_place()
    {
        fleet.Provider.Respond(call =>
        {
            if (RetryFleet.CallsOf(fleet.Provider, "in place").Count <= 2) call.Refuse(503);
            else call.Text("back").Stop();
        });

        var id = await fleet.SubmitAsync(RetryFleet.Request("in place"));
        var completed = await fleet.Events.TerminalAsync(id);

        Assert.Equal("back", completed.Text);
        RetryFleet.AssertFailures(completed, "1 scripted/m ProviderUnavailable 503", "2 scripted/m ProviderUnavailable 503");
        Assert.Equal(1, await fleet.QueryAsync<int>("SELECT epoch FROM generations WHERE id = $1", id));
        Assert.DoesNotContain(fleet.Events.Of(id), seen => seen.String("kind") == nameof(ChunkKind.Restarted)); // nothing had been shown
    }

    [Theory]
    [InlineData(400, "some_error", FailureReason.InvalidRequest)]
    [InlineData(429, "insufficient_quota", FailureReason.QuotaExceeded)]
    public async Task What_another_call_cannot_mend_is_called_once(int status, string code, FailureReason reason)
    {
        fleet.Provider.Respond(call => call.Refuse(status, code));

        var failed = await fleet.Events.TerminalAsync(await fleet.SubmitAsync(RetryFleet.Request($"once {status}")));

        Assert.Single(RetryFleet.CallsOf(fleet.Provider, $"once {status}"));
        Assert.Equal(("failed", $"{reason}", "1", "False"), (failed.Kind, failed.String("reason"), failed.String("attempts"), failed.String("retryable")));
        RetryFleet.AssertFailures(failed);
    }

    [Fact]
    public async Task After_a_cut_in_mid_stream_readers_see_one_restart_and_then_the_whole_text()
    {
        var shown = new TaskCompletionSource();
        fleet.Provider.Respond(call =>
        {
            if (RetryFleet.CallsOf(fleet.Provider, "cut").Count == 1) call.Text("half of ").HoldUntil(shown.Task).Cut();
            else call.Text("the whole ", "answer").Stop();
        });
        var id = await fleet.SubmitAsync(RetryFleet.Request("cut"));
        await fleet.Events.FirstAsync(seen => seen.Id == id && seen.Kind == "chunk");
        shown.SetResult();

        var completed = await fleet.Events.TerminalAsync(id);

        Assert.Equal("the whole answer", completed.Text);
        Assert.Equal("2", completed.String("attempts"));
        var restarted = Assert.Single(fleet.Events.Of(id), seen => seen.String("kind") == nameof(ChunkKind.Restarted));
        Assert.Equal((2, "0"), (restarted.Sequence, restarted.String("keepThrough")));
        await fleet.AssertStreamIsWholeAsync(id);
    }

    [Fact]
    public async Task What_cannot_begin_in_time_expires_behind_a_full_lane()
    {
        var release = new TaskCompletionSource();
        fleet.Provider.Respond(call => call.HoldUntil(release.Task).Text("ok").Stop());
        var blocking = await fleet.SubmitAsync(RetryFleet.Request("blocking", "narrow"));
        await fleet.UntilAsync("SELECT state FROM generations WHERE id = $1", "running", blocking);

        var late = RetryFleet.Request("too late", "narrow") with { NotAfter = TimeProvider.System.GetUtcNow().AddSeconds(1) };
        var expired = await fleet.Events.TerminalAsync(await fleet.SubmitAsync(late));

        Assert.Equal(("failed", nameof(FailureReason.Expired), "0"), (expired.Kind, expired.String("reason"), expired.String("attempts")));
        release.SetResult();
        Assert.Equal("completed", (await fleet.Events.TerminalAsync(blocking)).Kind);
        Assert.Empty(RetryFleet.CallsOf(fleet.Provider, "too late"));
    }
}
