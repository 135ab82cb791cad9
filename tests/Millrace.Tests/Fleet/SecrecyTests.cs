using Millrace.Contracts;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Fleet;

[Integration]
public sealed class SecrecyTests(TestServers servers)
{
    private const string Prompt = "prompt-canary-77ab";
    private const string Reply = "reply-canary-c0de";

    [Fact]
    public async Task Keys_prompts_and_replies_are_in_no_log_line_header_or_failure()
    {
        await using var fleet = await FleetFixture.StartAsync(servers, 1, ("Logging__LogLevel__Default", "Trace"), ("Millrace__Retry__MaxAttempts", "2"));
        fleet.Provider.Respond(call =>
        {
            var what = call.RawBody;
            if (what.Contains("refuse", StringComparison.Ordinal)) call.Refuse(400, "bad_thing", $"{Prompt} {FleetFixture.Key} is bad");
            else if (what.Contains("unauthorised", StringComparison.Ordinal)) call.Refuse(401, "invalid_api_key", $"Incorrect key {FleetFixture.Key}");
            else if (what.Contains("rubbish", StringComparison.Ordinal)) call.Raw($"data: {{\"{Reply}\" {Prompt}\n\n");
            else if (what.Contains("cut", StringComparison.Ordinal)) call.Text(Reply).Cut();
            else call.Text(Reply).Stop();
        });

        var ids = new List<Guid>();
        foreach (var what in new[] { "fine", "refuse", "unauthorised", "rubbish", "cut" })
            ids.Add(await fleet.SubmitAsync(FleetFixture.Request($"{Prompt} {what}")));
        foreach (var id in ids) await fleet.Events.TerminalAsync(id);

        foreach (var line in fleet.Workers[0].Lines)
        {
            Assert.DoesNotContain(FleetFixture.Key, line, StringComparison.Ordinal);
            Assert.DoesNotContain(Prompt, line, StringComparison.Ordinal);
            Assert.DoesNotContain(Reply, line, StringComparison.Ordinal);
        }
        Assert.All(fleet.Events.Seen, seen =>
        {
            Assert.DoesNotContain(FleetFixture.Key, seen.Raw, StringComparison.Ordinal);
            Assert.DoesNotContain(Prompt, seen.Raw, StringComparison.Ordinal);
            if (seen.Kind == "failed") Assert.DoesNotContain(Reply, seen.String("message"), StringComparison.Ordinal);
        });
        Assert.Equal(nameof(FailureReason.Authentication), (await fleet.Events.TerminalAsync(ids[2])).String("reason"));
    }
}
