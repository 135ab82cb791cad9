using Millrace.Contracts;
using Millrace.Tests.Fleet;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Wires;

/// <summary>Answers to addresses: AMQP's own, MassTransit's, and those of somebody who wants to do harm.</summary>
[Collection(WireFleet.Name)]
[Integration]
public sealed class ReplyToTests(WireFleet given)
{
    private readonly FleetFixture fleet = given.Fleet;

    [Fact]
    public async Task A_plain_request_with_reply_to_gets_the_event_as_plain_JSON()
    {
        fleet.Provider.Respond(call => call.Text("Plain.").Stop());
        var answers = await given.Raw.ListenAsync();
        var id = Guid.NewGuid();

        await given.Raw.SendAsync(
            "GenerateRequested", $$"""{"generationId":"{{id}}","prompt":"x"}""", with: properties => (properties.ReplyTo, properties.CorrelationId) = (answers.Queue, "order-17"));
        var answer = await answers.NextAsync();

        Assert.Equal(("application/json", "order-17", nameof(GenerationCompleted)), (answer.Properties.ContentType, answer.Properties.CorrelationId, answer.Properties.Type));
        Assert.Equal((id.ToString(), "Plain."), (answer.Body.GetProperty("generationId").GetString(), answer.Body.GetProperty("text").GetString()));
    }

    [Fact]
    public async Task The_same_answer_has_the_same_message_id_and_a_rejection_is_an_answer()
    {
        fleet.Provider.Respond(call => call.Text("Plain.").Stop());
        var answers = await given.Raw.ListenAsync();
        var body = $$"""{"generationId":"{{Guid.NewGuid()}}","prompt":"x"}""";

        async Task<RawAnswer> AskAsync(string text)
        {
            await given.Raw.SendAsync("GenerateRequested", text, with: properties => properties.ReplyTo = answers.Queue);
            return await answers.NextAsync();
        }

        Assert.Equal((await AskAsync(body)).Properties.MessageId, (await AskAsync(body)).Properties.MessageId);
        var rejected = await AskAsync("{");
        Assert.Equal((nameof(RequestRejected), "Malformed"), (rejected.Properties.Type, rejected.Body.GetProperty("reason").GetString()));
    }

    [Theory]
    [InlineData("queue:millrace.intake")]
    [InlineData("exchange:millrace.events?type=fanout")]
    [InlineData("exchange:millrace.intake?durable=false")]
    [InlineData("queue:run.scripted.interactive")]
    [InlineData("queue:nobody-{0}")]
    [InlineData("exchange:nobody-{0}?temporary=true")]
    [InlineData("rabbitmq://localhost/nobody-{0}?temporary=true")]
    [InlineData("rabbitmq://elsewhere.example/other/nobody-{0}")]
    [InlineData("http://169.254.169.254/latest")]
    [InlineData("topic:x")]
    [InlineData("no address")]
    [InlineData("queue:")]
    public async Task An_address_that_is_gone_or_hostile_holds_up_nothing_and_declares_nothing(string form)
    {
        fleet.Provider.Respond(call => call.Text("ok").Stop());
        var (id, mark) = (Guid.NewGuid(), Guid.NewGuid().ToString("N"));
        var address = form.Replace("{0}", mark, StringComparison.Ordinal);

        foreach (var prompt in new[] { "x", null }) // one that runs, and one that is refused by its rules
        {
            await given.Raw.SendEnvelopeAsync("GenerateRequested", Envelope(address, new { generationId = prompt is null ? Guid.NewGuid() : id, prompt }));
        }
        Assert.Equal("completed", (await fleet.Events.TerminalAsync(id)).Kind);

        await fleet.UntilAsync("SELECT announced_at IS NOT NULL FROM generations WHERE id = $1", true, id);
        await using var looking = await LookingChannel.StartAsync(fleet.RabbitMq);
        Assert.False(await looking.HasExchangeAsync($"nobody-{mark}"), "no exchange was declared");
        Assert.False(await looking.HasQueueAsync($"nobody-{mark}"), "no queue was declared");
    }

    [Fact]
    public async Task A_message_that_is_refused_by_its_consumer_holds_no_slot_whatever_its_addresses_are()
    {
        fleet.Provider.Respond(call => call.Text("ok").Stop());
        var name = Guid.NewGuid().ToString();

        // More than the queue has slots
        for (var sent = 0; sent < 140; sent++)
        {
            await given.Raw.SendEnvelopeAsync("GenerateRequested", Envelope($"queue:millrace.{(sent % 2 == 0 ? "intake" : "cancel")}", new { generationId = Guid.Empty, prompt = "x" }, name));
        }

        await fleet.Events.UntilAsync(all => all.Count(seen => seen.Kind == "rejected" && seen.String("messageId") == name) >= 140);
        Assert.Equal("completed", (await fleet.Events.TerminalAsync(await fleet.SubmitAsync())).Kind);
    }

    private static object Envelope(string address, object message, string? messageId = null) => new
    {
        messageId = messageId ?? Guid.NewGuid().ToString(),
        requestId = Guid.NewGuid(),
        responseAddress = address,
        faultAddress = address,
        messageType = new[] { "urn:message:Millrace.Contracts:GenerateRequested" },
        message,
    };
}
