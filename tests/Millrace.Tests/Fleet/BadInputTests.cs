using System.Text;
using Millrace.Contracts;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Fleet;

[Integration]
public sealed class BadInputTests(TestServers servers)
{
    [Fact]
    public async Task Each_bad_message_gets_its_answer_and_the_worker_goes_on()
    {
        await using var fleet = await FleetFixture.StartAsync(servers);

        var sent = 0;
        foreach (var body in new[] { "", "{", "{\"unrelated\":1}", "[]", "null", "{\"generationId\":\"00000000-0000-0000-0000-000000000000\",\"prompt\":\"x\"}" })
        {
            await fleet.Producer.SendAsync("GenerateRequested", body);
            var moved = await ErrorAsync(fleet);
            Assert.False(string.IsNullOrWhiteSpace(moved), $"'{body}' has a reason in the error queue");
            sent++;
            await fleet.Events.UntilAsync(all => all.Count(seen => seen.Kind == "rejected") == sent);
        }

        Assert.Equal("completed", (await fleet.Events.TerminalAsync(await fleet.SubmitAsync())).Kind);
    }

    [Fact]
    public async Task An_unknown_enum_value_is_rejected_with_its_path_and_the_choices()
    {
        await using var fleet = await FleetFixture.StartAsync(servers);
        var id = Guid.CreateVersion7();

        await fleet.Producer.SendAsync("GenerateRequested", $$"""{"generationId":"{{id}}","prompt":"x","class":"turbo","channel":"mine"}""");
        var rejected = await fleet.Events.TerminalAsync(id);

        Assert.Equal("rejected", rejected.Kind);
        Assert.Equal("mine", rejected.Channel);
        Assert.Contains("$.class", rejected.String("message"), StringComparison.Ordinal);
        Assert.Contains("Interactive, Bulk", rejected.String("message"), StringComparison.Ordinal);
        Assert.Contains("turbo", await ErrorAsync(fleet), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("unknown provider", nameof(FailureReason.UnknownProvider), "Provider 'opnai' is not configured. Configured: scripted, simulated.")]
    [InlineData("temperature", nameof(FailureReason.InvalidRequest), "Options.Temperature is 5; it must be between 0 and 2.")]
    [InlineData("empty prompt", nameof(FailureReason.InvalidRequest), "Prompt is empty")]
    [InlineData("no prompt", nameof(FailureReason.InvalidRequest), "Neither Prompt nor Messages is given")]
    [InlineData("session", nameof(FailureReason.InvalidRequest), "SessionId is the empty GUID")]
    [InlineData("busy", nameof(FailureReason.InvalidRequest), "WhenBusy is given without SessionId")]
    [InlineData("tools", nameof(FailureReason.InvalidRequest), "Tools names 'weather', which the fleet does not have. It has none.")]
    public async Task A_broken_rule_fails_the_generation_and_names_field_value_and_rule(string what, string reason, string message)
    {
        await using var fleet = await FleetFixture.StartAsync(servers);
        var good = FleetFixture.Request();

        var id = await fleet.SubmitAsync(what switch
        {
            "unknown provider" => good with { Provider = "opnai" },
            "temperature" => good with { Options = new GenerationOptions { Temperature = 5 } },
            "empty prompt" => good with { Prompt = " " },
            "no prompt" => good with { Prompt = null },
            "session" => good with { SessionId = Guid.Empty },
            "busy" => good with { WhenBusy = WhenBusy.Reject },
            _ => good with { Tools = ["weather"] },
        });
        var failed = await fleet.Events.TerminalAsync(id);

        Assert.Equal("failed", failed.Kind);
        Assert.Equal(reason, failed.String("reason"));
        Assert.Contains(message, failed.String("message"), StringComparison.Ordinal);
        Assert.Empty(fleet.Provider.Calls);
        Assert.Equal("failed", await fleet.QueryAsync<string>("SELECT state FROM generations WHERE id = $1", id));
    }

    [Fact]
    public async Task A_prompt_over_the_cap_fails_and_a_large_one_works()
    {
        await using var fleet = await FleetFixture.StartAsync(servers);

        var large = await fleet.SubmitAsync(FleetFixture.Request(new string('x', 1024 * 1024)));
        var over = await fleet.SubmitAsync(FleetFixture.Request(new string('x', (4 * 1024 * 1024) + 1)));

        Assert.Equal("completed", (await fleet.Events.TerminalAsync(large)).Kind);
        var failed = await fleet.Events.TerminalAsync(over);
        Assert.Equal(nameof(FailureReason.InvalidRequest), failed.String("reason"));
        Assert.Contains("4194304", failed.String("message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_replay_under_an_impossible_channel_blocks_no_other_replay()
    {
        await using var fleet = await FleetFixture.StartAsync(servers);
        var id = await fleet.SubmitAsync();
        await fleet.Events.TerminalAsync(id);

        foreach (var channel in new[] { new string('x', 300), "a.b.c", "mine" })
            await fleet.Producer.SendAsync("ReplayRequested", $$"""{"generationId":"{{id}}","channel":"{{channel}}"}""");
        var page = await fleet.Events.FirstAsync(seen => seen.Kind == "replay");

        Assert.Equal("mine", page.Channel);
        Assert.Equal("Hello", page.Message.GetProperty("completed").GetProperty("text").GetString());
    }

    [Fact]
    public async Task Plain_JSON_without_a_content_type_is_a_request()
    {
        await using var fleet = await FleetFixture.StartAsync(servers);
        var id = Guid.CreateVersion7();

        await fleet.Producer.SendAsync("GenerateRequested", $$"""{"generationId":"{{id}}","prompt":"x"}""", contentType: null);

        Assert.Equal("completed", (await fleet.Events.TerminalAsync(id)).Kind);
    }

    private static async Task<string> ErrorAsync(FleetFixture fleet)
    {
        var moved = await Until.FitsAsync(() => TryTakeAsync(fleet), found => found is not null, "a message in the error queue");
        return Encoding.UTF8.GetString((byte[])moved!.BasicProperties.Headers!["MT-Fault-Message"]!);
    }

    private static async Task<RabbitMQ.Client.BasicGetResult?> TryTakeAsync(FleetFixture fleet)
    {
        await using var once = await Producer.StartAsync(fleet.RabbitMq); // a missing queue closes the channel
        try
        {
            return await once.TakeAsync("millrace.intake_error");
        }
        catch (RabbitMQ.Client.Exceptions.OperationInterruptedException)
        {
            return null;
        }
    }
}
