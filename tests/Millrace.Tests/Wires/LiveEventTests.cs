using System.Text.Json;
using MassTransit;
using MassTransit.Serialization.JsonConverters;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Millrace.Contracts;
using Millrace.Tests.Fleet;
using Millrace.Tests.Gateway;
using Millrace.Tests.ScriptedProviders;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Wires;

/// <summary>The events as they come from the broker are what the document says of them.</summary>
[Collection(WireFleet.Name)]
[Integration]
public sealed class LiveEventTests(WireFleet given)
{
    private static readonly JsonSerializerOptions CamelCase = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };
    private static readonly JsonSerializerOptions MassTransits = new() { Converters = { new StringDecimalJsonConverter() } };

    private readonly FleetFixture fleet = given.Fleet;
    private readonly string tool = $"ask_{Guid.NewGuid():N}";

    [Fact]
    public async Task Events_of_every_kind_are_what_the_document_says()
    {
        var begun = fleet.Events.Seen.Count;
        await MakeEveryKindAsync(begun);
        var seen = fleet.Events.Seen.Skip(begun).ToList();
        Assert.Superset(EventRouting.Kinds.Values.ToHashSet(), seen.Select(one => one.Kind).ToHashSet());
        Assert.Superset(Enum.GetNames<ChunkKind>().ToHashSet(), seen.Where(one => one.Kind == "chunk").Select(one => one.String("kind")!).ToHashSet());

        var names = EventRouting.Kinds.ToDictionary(kind => kind.Value, kind => kind.Key.Name);
        var document = JsonElement.Parse(await given.Http.GetStringAsync(new Uri("/asyncapi/v1.json", UriKind.Relative)));
        var asked = JsonSerializer.Serialize(new { document, messages = seen.Select(one => new { name = names[one.Kind], payload = one.Body }) });
        var result = await CommandLineProcess.RunAsync(["node", Path.Combine(TestPaths.Repository, "tests/asyncapi/validate.mjs")], standardInput: asked);

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.All(names.Values, name => Assert.Contains($"{name} ", result.Output, StringComparison.Ordinal));
        foreach (var kind in new[] { "completed", "batch-progressed", "batch-completed" })
            Assert.Contains(seen, one => one.Kind == kind && one.Message.TryGetProperty("cost", out var cost) && cost.ValueKind == JsonValueKind.Number);
        Assert.DoesNotContain(seen, one => one.Message.ToString().Contains(":null", StringComparison.Ordinal));
    }

    /// <summary>What is older reads either.</summary>
    [Fact]
    public async Task A_default_consumer_of_MassTransit_and_a_plain_reader_get_the_cost()
    {
        fleet.Provider.Respond(call => call.Text("ok").Usage(1000, 500).Stop());
        var inbox = new TaskCompletionSource<GenerationCompleted>(TaskCreationOptions.RunContinuationsAsynchronously);
        var request = FleetFixture.Request();
        using var service = Host.CreateDefaultBuilder().ConfigureServices(services => services
            .AddMassTransit(bus =>
            {
                bus.AddHandler<GenerationCompleted>(completed =>
                {
                    if (completed.GenerationId == request.GenerationId) inbox.TrySetResult(completed);
                    return Task.CompletedTask;
                });
                bus.UsingRabbitMq((context, rabbit) =>
                {
                    rabbit.Host(new Uri(fleet.RabbitMq));
                    rabbit.ConfigureEndpoints(context);
                });
            })
            .AddOptions<MassTransitHostOptions>().Configure(options => options.WaitUntilStarted = true)).Build();
        await service.StartAsync();

        await fleet.SubmitAsync(request);

        Assert.Equal(0.007m, (await Until.DoneAsync(inbox.Task)).Cost);
        var plain = (await fleet.Events.TerminalAsync(request.GenerationId)).Message.Deserialize<GenerationCompleted>(CamelCase);
        Assert.Equal(0.007m, plain!.Cost);
        await service.StopAsync();
    }

    [Theory]
    [InlineData("0.5")]
    [InlineData("\"0.5\"")]
    public void MassTransits_own_reader_takes_a_number_as_it_takes_a_text(string json) =>
        Assert.Equal(0.5m, JsonSerializer.Deserialize<decimal>(json, MassTransits));

    /// <param name="begun">How many events were there before: those of another test are none of this one's.</param>
    private async Task MakeEveryKindAsync(int begun)
    {
        var opened = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var shown = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var cut = 0;
        fleet.Provider.Respond(call => _ = call.RawBody switch
        {
            var body when body.Contains("[queue]", StringComparison.Ordinal) => call.HoldUntil(opened.Task).Text("ok").Stop(),
            var body when body.Contains("[cut]", StringComparison.Ordinal) && Interlocked.Increment(ref cut) == 1 => call.Text("half of it").HoldUntil(shown.Task).Cut(),
            var body when body.Contains("[refuse]", StringComparison.Ordinal) => call.Refuse(400),
            var body when body.Contains("[stall]", StringComparison.Ordinal) => call.Text("part").Stall(),
            var body when body.Contains("[tool]", StringComparison.Ordinal) => Tools(call),
            _ => call.Reasoning("Hm.").Text("All ", "of it.").Usage(1000, 500).Stop(),
        });

        // The ends of one generation
        var completed = await fleet.SubmitAsync(FleetFixture.Request("[cut]") with { Options = new() { TopK = 3 } });
        await fleet.Events.FirstAsync(seen => seen.Id == completed && seen.Kind == "chunk");
        shown.SetResult();
        await fleet.Producer.SendAsync("GenerateRequested", $$"""{"generationId":"{{Guid.NewGuid()}}","prompt":"[refuse]","promt":1}""");
        var stalled = await fleet.SubmitAsync(FleetFixture.Request("[stall]"));
        await fleet.Events.FirstAsync(seen => seen.Id == stalled && seen.Kind == "chunk");
        await fleet.Producer.CancelAsync(stalled, "enough");
        await fleet.Producer.SendAsync("GenerateRequested", "{");
        await fleet.Events.TerminalAsync(completed);

        // Tools, and consent
        await fleet.Producer.SendAsync("RegisterTool", $$$"""{"requestId":"{{{Guid.NewGuid()}}}","name":"{{{tool}}}","requiresApproval":true,"parameters":{"type":"object"}}""");
        await fleet.Events.FirstAsync(seen => seen.Kind == "registered" && seen.String("name") == tool);
        var asking = await fleet.SubmitAsync(FleetFixture.Request("[tool]") with { Tools = [tool] });
        var approval = await fleet.Events.FirstAsync(seen => seen.Id == asking && seen.Kind == "approval");
        await fleet.Producer.SendAsync("DecideToolCall", $$"""{"generationId":"{{asking}}","callId":"{{Call(approval)}}","approve":true}""");
        var asked = await fleet.Events.FirstAsync(seen => seen.Id == asking && seen.Kind == "tool");
        await fleet.Producer.SendAsync("ToolCallCompleted", $$"""{"generationId":"{{asking}}","callId":"{{Call(asked)}}","result":"sunny"}""");

        // Questions
        var session = Guid.NewGuid();
        await fleet.Events.TerminalAsync(await fleet.SubmitAsync(FleetFixture.Request() with { SessionId = session }));
        await fleet.Producer.SendAsync("SessionRequested", $$"""{"requestId":"{{Guid.NewGuid()}}","operation":"Read","sessionId":"{{session}}"}""");
        await fleet.Producer.SendAsync("CapabilitiesRequested", $$"""{"requestId":"{{Guid.NewGuid()}}"}""");
        await fleet.Producer.SendAsync("ContentRequested", $$"""{"requestId":"{{Guid.NewGuid()}}","operation":"Delete","contentId":"{{Guid.NewGuid()}}"}""");
        await fleet.Producer.SendAsync("ReplayRequested", $$"""{"generationId":"{{completed}}"}""");

        // A batch, and more than a lane takes at once
        await given.Http.EndedBatchAsync(Enumerable.Range(0, 3).Select(n =>
            $$$"""{"custom_id":"{{{n}}}","method":"POST","url":"/v1/chat/completions","body":{"model":"scripted/m","messages":[{"role":"user","content":"line"}]}}"""));
        await Until.TrueAsync(() => QueuedAsync(begun), "a request that is told that it waits");
        opened.SetResult();

        await fleet.Events.TerminalAsync(asking);
        await fleet.Events.UntilAsync(all => EventRouting.Kinds.Values.All(kind => all.Skip(begun).Any(seen => seen.Kind == kind)));
    }

    /// <summary>How long a queue is, is asked once a second beside the requests: one more of them may be told.</summary>
    private async Task<bool> QueuedAsync(int begun)
    {
        if (fleet.Events.Seen.Skip(begun).Any(seen => seen.Kind == "queued")) return true;
        var id = await fleet.SubmitAsync(FleetFixture.Request("[queue]") with { Provider = "narrow" });
        await fleet.UntilAsync("SELECT count(*) FROM generations WHERE id = $1", 1L, id);
        return false;
    }

    private ScriptedCall Tools(ScriptedCall call) => call.RawBody.Contains("sunny", StringComparison.Ordinal)
        ? call.Text("It is sunny.").Usage(30, 4).Stop()
        : call.Text("Let me see. ").ToolCall(tool, "{}", "theirs").Usage(10, 5).Finish("tool_calls");

    private static string? Call(SeenEvent asked) => asked.Message.GetProperty("call").GetProperty("id").GetString();
}
