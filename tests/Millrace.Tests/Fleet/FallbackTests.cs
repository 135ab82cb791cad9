using Millrace.Contracts;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Fleet;

[Collection(RetryFleet.Name)]
[Integration]
public sealed class FallbackTests(RetryFleet given)
{
    private readonly FleetFixture fleet = given.Fleet;

    [Fact]
    public async Task A_fallback_answers_on_its_own_lane_and_the_outcome_says_who_and_after_what()
    {
        fleet.Provider.Respond(call => call.Refuse(401));
        given.Second.Respond(call => call.Text("from the second").Stop());

        var id = await fleet.SubmitAsync(RetryFleet.Request("fall back", "scripted", "second/other"));
        var completed = await fleet.Events.TerminalAsync(id);

        Assert.Equal(("second", "2", "from the second"), (completed.String("provider"), completed.String("attempts"), completed.Text));
        RetryFleet.AssertFailures(completed, "1 scripted/m Authentication 401");
        Assert.Equal("other", Assert.Single(RetryFleet.CallsOf(given.Second, "fall back")).Body.GetProperty("model").GetString());
        Assert.Equal("second.interactive", await fleet.QueryAsync<string>("SELECT lane FROM generations WHERE id = $1", id));
        await fleet.AssertStreamIsWholeAsync(id);
    }

    [Fact]
    public async Task When_all_fail_the_last_failure_is_told_and_the_others_are_listed()
    {
        fleet.Provider.Respond(call => call.Refuse(503));
        given.Second.Respond(call => call.Refuse(500));

        var failed = await fleet.Events.TerminalAsync(await fleet.SubmitAsync(RetryFleet.Request("all fail", "scripted", "second")));

        Assert.Equal(("failed", nameof(FailureReason.ProviderError), "second", "500"), (failed.Kind, failed.String("reason"), failed.String("provider"), failed.String("httpStatus")));
        Assert.Equal(("6", "True"), (failed.String("attempts"), failed.String("retryable")));
        RetryFleet.AssertFailures(
            failed, "1 scripted/m ProviderUnavailable 503", "2 scripted/m ProviderUnavailable 503", "3 scripted/m ProviderUnavailable 503",
            "4 second/m2 ProviderError 500", "5 second/m2 ProviderError 500");
    }

    [Fact]
    public async Task A_provider_that_keeps_failing_is_not_asked_and_a_fallback_is_taken_at_once()
    {
        fleet.Provider.Respond(call => call.Refuse(503));
        given.Second.Respond(call => call.Text("ok").Stop());

        var opened = await fleet.Events.TerminalAsync(await fleet.SubmitAsync(RetryFleet.Request("opens", "fragile", "second")));
        var spared = await fleet.Events.TerminalAsync(await fleet.SubmitAsync(RetryFleet.Request("spared", "fragile", "second")));
        var alone = await fleet.Events.TerminalAsync(await fleet.SubmitAsync(RetryFleet.Request("alone", "fragile")));

        RetryFleet.AssertFailures(opened, "1 fragile/fragile ProviderUnavailable 503", "2 fragile/fragile ProviderUnavailable 503");
        Assert.Equal(("second", "1"), (spared.String("provider"), spared.String("attempts")));
        RetryFleet.AssertFailures(spared);
        Assert.Equal(("failed", nameof(FailureReason.ProviderUnavailable), "0"), (alone.Kind, alone.String("reason"), alone.String("attempts")));
        Assert.Contains("circuit open", alone.String("message"), StringComparison.Ordinal);
        Assert.Empty(RetryFleet.CallsOf(fleet.Provider, "spared").Concat(RetryFleet.CallsOf(fleet.Provider, "alone")));
    }
}
