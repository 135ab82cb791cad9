using Millrace.Contracts;
using Millrace.Tests.Fleet;
using Millrace.Tests.Servers;
using static Millrace.Tests.Wires.RawProducer;

namespace Millrace.Tests.Wires;

/// <summary>Whatever comes to a queue of the fleet and cannot be taken is answered, whichever queue it is.</summary>
[Collection(WireFleet.Name)]
[Integration]
public sealed class RejectedMessageTests(WireFleet given)
{
    private readonly FleetFixture fleet = given.Fleet;
    private readonly string channel = $"c-{Guid.NewGuid():N}";

    public static TheoryData<string> Taken =>
    [
        nameof(GenerateRequested), nameof(CancelGeneration), nameof(ReplayRequested), nameof(SessionRequested), nameof(RegisterTool),
        nameof(ToolCallCompleted), nameof(DecideToolCall), nameof(CapabilitiesRequested), nameof(ContentRequested),
    ];

    [Theory]
    [MemberData(nameof(Taken))]
    public async Task What_a_queue_cannot_take_is_rejected_with_a_reason_and_a_line_in_the_log(string message)
    {
        var (id, empty) = (Guid.NewGuid(), Guid.Empty);
        var inner = $$"""{"generationId":"{{id}}","requestId":"{{id}}","channel":"{{channel}}"}""";
        (string What, string Body, string? ContentType, string Said)[] bad =
        [
            ("another type", $$"""{"messageType":["urn:message:Acme:Order"],"message":{{inner}}}""", Envelope, "urn:message:Acme:Order"),
            ("no type", $$"""{"message":{{inner}}}""", Envelope, "no messageType"),
            ("a type that is null", $$"""{"messageType":null,"message":{{inner}}}""", Envelope, "messageType"),
            ("no types", $$"""{"messageType":[],"message":{{inner}}}""", Envelope, "messageType"),
            ("no envelope", inner, Envelope, "no messageType"),
            ("no message", $$"""{"messageType":["urn:message:Millrace.Contracts:{{message}}"]}""", Envelope, ""),
            ("no object", "7", "application/json", ""),
            ("no object in the envelope", $$"""{"messageType":["urn:message:Millrace.Contracts:{{message}}"],"message":"x"}""", Envelope, ""),
            ("no text", "", null, "is missing"),
            ("an empty envelope", "", Envelope, ""),
            ("binary", "\u0001\u0002", "application/octet-stream", ""),
            ("XML", "<x/>", "application/vnd.masstransit+xml", ""),
            ("a broken text", inner[..^1], "text/plain", ""),
            ("null", "null", "application/json", "null"),
        ];

        foreach (var (what, body, contentType, said) in bad)
        {
            var name = $"{message}-{Guid.NewGuid():N}";
            await given.Raw.SendAsync(message, body, contentType, properties => (properties.MessageId, properties.CorrelationId) = (name, "order-17"));
            var rejected = await Rejected(name);

            Assert.Equal((what, message, "order-17"), (what, rejected.String("messageType"), rejected.String("correlationId")));
            Assert.False(string.IsNullOrWhiteSpace(rejected.String("message")), what);
            Assert.Contains(said, rejected.String("message"), StringComparison.Ordinal);
            Assert.DoesNotContain("System.", rejected.String("message"), StringComparison.Ordinal);
            if (!body.Contains(channel, StringComparison.Ordinal)) continue;
            Assert.Equal((what, channel), (what, rejected.Channel));
            var isRequest = message == nameof(GenerateRequested);
            Assert.Equal((what, (isRequest ? id : empty).ToString()), (what, rejected.String("generationId")));
            Assert.Equal((what, isRequest ? null : id.ToString()), (what, rejected.String("requestId")));
        }
        await Until.FitsAsync(() => Task.FromResult(Logged(message)), lines => lines >= bad.Length, $"{bad.Length} lines in the log"); // the event may be first
    }

    [Fact]
    public async Task What_a_consumer_refuses_is_rejected_on_every_queue()
    {
        foreach (var message in new[] { nameof(CancelGeneration), nameof(ReplayRequested), nameof(ToolCallCompleted), nameof(DecideToolCall) })
        {
            var name = $"{message}-{Guid.NewGuid():N}";
            var body = $$"""{"generationId":"{{Guid.Empty}}","callId":"c","approve":true,"result":"x"}""";
            await given.Raw.SendAsync(message, body, with: properties => properties.MessageId = name);

            Assert.Contains("GenerationId is the empty GUID", (await Rejected(name)).String("message"), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("generationId", "channel")]
    [InlineData("GenerationId", "Channel")]
    [InlineData("generation_id", "CHANNEL")]
    public async Task The_id_and_the_channel_are_found_as_they_were_spelled(string idName, string channelName)
    {
        var id = Guid.NewGuid();

        await given.Raw.SendAsync("GenerateRequested", $$"""{"{{idName}}":"{{id}}","{{channelName}}":"{{channel}}","prompt":7,}""");
        var rejected = await fleet.Events.TerminalAsync(id);

        Assert.Equal(("rejected", channel, id.ToString()), (rejected.Kind, rejected.Channel, rejected.String("generationId")));
    }

    [Fact]
    public async Task The_id_before_a_fault_of_the_text_is_found()
    {
        var id = Guid.NewGuid();

        await given.Raw.SendAsync("GenerateRequested", $$"""{"GenerationId":"{{id}}","prompt":"x" "y"}""");

        Assert.Equal("rejected", (await fleet.Events.TerminalAsync(id)).Kind);
    }

    [Theory]
    [InlineData("\"maxSteps\":\"many\"", "$.maxSteps: must be a whole number")]
    [InlineData("\"options\":{\"temperature\":\"hot\"}", "$.options.temperature: must be a number")]
    [InlineData("\"notAfter\":5", "$.notAfter: must be a time as ISO 8601 text")]
    [InlineData("\"messages\":5", "$.messages: must be an array")]
    [InlineData("\"metadata\":[]", "$.metadata: must be an object")]
    [InlineData("\"sessionId\":\"mine\"", "$.sessionId: must be a GUID as text")]
    [InlineData("\"class\":7", "$.class: must be one of Interactive, Bulk; got 7")]
    [InlineData("\"class\":{}", "got an object")]
    public async Task A_fault_is_told_in_the_words_of_JSON(string member, string said)
    {
        var id = Guid.NewGuid();

        await given.Raw.SendAsync("GenerateRequested", $$"""{"generationId":"{{id}}",{{member}}}""");
        var message = (await fleet.Events.TerminalAsync(id)).String("message")!;

        Assert.Contains(said, message, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", message, StringComparison.Ordinal);
        Assert.DoesNotContain("Millrace.", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"class\":1,\"whenBusy\":null,\"options\":{\"reasoningEffort\":null,\"responseFormat\":0}", "bulk")]
    [InlineData("\"class\":null,\"options\":null,\"channel\":null,\"maxSteps\":null", "interactive")]
    [InlineData("\"messages\":[{\"role\":1,\"text\":\"x\",\"toolCalls\":null}],\"prompt\":null", "interactive")]
    public async Task Numbers_of_enums_and_nulls_are_taken(string members, string lane)
    {
        fleet.Provider.Respond(call => call.Text("ok").Stop());
        var id = Guid.NewGuid();
        var prompt = members.Contains("\"prompt\"", StringComparison.Ordinal) ? "" : "\"prompt\":\"x\",";

        await given.Raw.SendAsync("GenerateRequested", $$"""{"generationId":"{{id}}",{{prompt}}{{members}}}""");

        Assert.Equal("completed", (await fleet.Events.TerminalAsync(id)).Kind);
        Assert.Equal($"scripted.{lane}", await fleet.QueryAsync<string>("SELECT lane FROM generations WHERE id = $1", id));
    }

    [Fact]
    public async Task Null_is_an_absent_member_in_every_message()
    {
        var id = Guid.NewGuid();

        await given.Raw.SendAsync(nameof(SessionRequested), $$"""{"requestId":"{{id}}","operation":3,"sessionId":null,"afterOrdinal":null,"limit":null,"channel":"{{channel}}"}""");
        await given.Raw.SendAsync(nameof(RegisterTool), $$"""{"requestId":"{{id}}","name":"t_{{id:N}}","timeoutSeconds":null,"requiresApproval":null,"remove":null,"channel":"{{channel}}"}""");
        await given.Raw.SendAsync(nameof(ReplayRequested), $$"""{"generationId":"{{id}}","afterSequence":null,"limit":null,"channel":"{{channel}}"}""");

        foreach (var kind in new[] { "session", "registered", "replay" })
            Assert.Null((await fleet.Events.FirstAsync(seen => seen.Channel == channel && seen.Kind == kind)).String("problem"));
    }

    [Fact]
    public async Task Members_that_no_request_has_are_told_in_the_outcome()
    {
        fleet.Provider.Respond(call => call.Text("ok").Stop());
        var (good, bad, gone) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());

        await given.Raw.SendAsync("GenerateRequested", $$$"""{"generationId":"{{{good}}}","Prompt":"x","promt":"y","temperature":{"a":[1]},"options":{"max_tokens":3,"TopP":0.5}}""");
        await given.Raw.SendAsync("GenerateRequested", $$"""{"generationId":"{{bad}}","promt":"y"}""");
        await given.Raw.SendEnvelopeAsync("GenerateRequested", new
        {
            messageType = new[] { "urn:message:Millrace.Contracts:GenerateRequested" },
            other = 1,
            message = new { generationId = gone, prompt = "x", model = "opnai/m", temperature = 1 },
        });

        Assert.Equal("[\"promt\",\"temperature\",\"options.max_tokens\"]", (await fleet.Events.TerminalAsync(good)).String("ignoredMembers"));
        Assert.Equal("[\"promt\"]", (await fleet.Events.TerminalAsync(bad)).String("ignoredMembers"));
        Assert.Equal("[\"temperature\"]", (await fleet.Events.TerminalAsync(gone)).String("ignoredMembers"));
        Assert.Null((await fleet.Events.TerminalAsync(await fleet.SubmitAsync())).String("ignoredMembers"));
        var view = await given.Http.GetStringAsync(new Uri($"/api/generations/{good}", UriKind.Relative));
        Assert.Contains("\"ignoredMembers\":[\"promt\",\"temperature\",\"options.max_tokens\"]", view, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_request_under_a_known_id_is_rejected_with_the_ids_of_its_message()
    {
        fleet.Provider.Respond(call => call.Text("ok").Stop());
        var id = await fleet.SubmitAsync();
        await fleet.Events.TerminalAsync(id); // the other connection's message could overtake it

        await given.Raw.SendAsync("GenerateRequested", $$"""{"generationId":"{{id}}","prompt":"another"}""", with: properties => properties.MessageId = "mine");
        var rejected = await fleet.Events.FirstAsync(seen => seen.Id == id && seen.Kind == "rejected");

        Assert.Equal(("DifferentRequest", "mine"), (rejected.String("reason"), rejected.String("messageId")));
    }

    private int Logged(string message) => fleet.Workers[0].Lines.Count(line =>
        line.Contains("rejected a message", StringComparison.Ordinal) && line.Contains($"takes {message};", StringComparison.Ordinal));

    private Task<SeenEvent> Rejected(string messageId) =>
        fleet.Events.FirstAsync(seen => seen.Kind == "rejected" && seen.String("messageId") == messageId);
}
