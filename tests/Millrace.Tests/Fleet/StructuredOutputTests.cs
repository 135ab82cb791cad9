using System.Text.Json;
using Millrace.Contracts;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Fleet;

[Collection(RetryFleet.Name)]
[Integration]
public sealed class StructuredOutputTests(RetryFleet given)
{
    private const string Complaint = "cannot be used";

    private readonly FleetFixture fleet = given.Fleet;

    [Fact]
    public async Task A_broken_answer_is_asked_for_again_with_what_is_wrong()
    {
        fleet.Provider.Respond(call => call.Text(call.RawBody.Contains(Complaint, StringComparison.Ordinal) ? """{"city":"Ulm"}""" : """{"city":17}""").Stop());

        var id = await fleet.SubmitAsync(Request("where", maxCorrections: null));
        var completed = await fleet.Events.TerminalAsync(id);

        Assert.Equal(("completed", """{"city":"Ulm"}""", "2"), (completed.Kind, completed.Text, completed.String("attempts")));
        Assert.Equal(nameof(FailureReason.InvalidOutput), Assert.Single(completed.Message.GetProperty("failures").EnumerateArray()).GetProperty("reason").GetString());
        var messages = RetryFleet.CallsOf(fleet.Provider, "where")[^1].Body.GetProperty("messages");
        Assert.Equal(["user", "assistant", "user"], messages.EnumerateArray().Select(message => message.GetProperty("role").GetString()));
        Assert.Contains("/city", messages[2].GetRawText(), StringComparison.Ordinal);
        await fleet.AssertStreamIsWholeAsync(id);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    [InlineData(4, 5)] // more than the calls that faults of the provider would get
    public async Task After_the_last_correction_the_failure_keeps_the_last_text(int maxCorrections, int calls)
    {
        fleet.Provider.Respond(call => call.Text("no JSON at all").Stop());

        var failed = await fleet.Events.TerminalAsync(await fleet.SubmitAsync(Request($"never {maxCorrections}", maxCorrections)));

        Assert.Equal(("failed", nameof(FailureReason.InvalidOutput), "no JSON at all"), (failed.Kind, failed.String("reason"), failed.String("partialText")));
        Assert.Equal(calls.ToString(), failed.String("attempts"));
        Assert.DoesNotContain("no JSON at all", failed.String("message"), StringComparison.Ordinal);
        Assert.Equal(calls, RetryFleet.CallsOf(fleet.Provider, $"never {maxCorrections}").Count);
    }

    [Fact]
    public async Task A_fallback_is_asked_when_corrections_do_not_help()
    {
        fleet.Provider.Respond(call => call.Text("[]").Stop());
        given.Second.Respond(call => call.Text("""{"city":"Ulm"}""").Stop());

        var completed = await fleet.Events.TerminalAsync(await fleet.SubmitAsync(Request("elsewhere", 1) with { Fallbacks = ["second"] }));

        Assert.Equal(("second", """{"city":"Ulm"}""", "3"), (completed.String("provider"), completed.Text, completed.String("attempts")));
    }

    [Fact]
    public async Task What_is_no_schema_is_refused_before_any_call()
    {
        var request = FleetFixture.Request("not a form") with { Options = new() { JsonSchema = JsonElement.Parse("""{"type":"nonsense"}""") } };

        var failed = await fleet.Events.TerminalAsync(await fleet.SubmitAsync(request));

        Assert.Equal((nameof(FailureReason.InvalidRequest), "0"), (failed.String("reason"), failed.String("attempts")));
        Assert.Contains("Options.JsonSchema", failed.String("message"), StringComparison.Ordinal);
        Assert.Empty(RetryFleet.CallsOf(fleet.Provider, "not a form"));
    }

    private static GenerateRequested Request(string prompt, int? maxCorrections) => RetryFleet.Request(prompt) with
    {
        Options = new()
        {
            MaxCorrections = maxCorrections,
            JsonSchema = JsonElement.Parse("""{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}"""),
        },
    };
}
