using System.Diagnostics;
using Millrace.Tests.Fleet;
using Millrace.Tests.Gateway;
using Millrace.Tests.Servers;
using Millrace.Tests.Tools;
using static Millrace.Tests.Tools.ToolTalk;

namespace Millrace.Tests.Telemetry;

/// <summary>One trace, from who asked to the end, whatever the broker lost on the way.</summary>
[Integration]
public sealed class TraceTests(TestServers servers) : IAsyncLifetime
{
    private readonly string what = $"act {Guid.NewGuid()}";
    private readonly ActivityContext producer = new(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded);
    private FleetFixture fleet = null!;
    private Collector collector = null!;
    private Desk desk = null!;

    private string TraceParent => $"00-{producer.TraceId}-{producer.SpanId}-01";

    public async ValueTask InitializeAsync()
    {
        collector = await Collector.StartAsync();
        desk = await Desk.StartAsync();
        fleet = await FleetFixture.StartProcessesAsync(servers, 0, ("MILLRACE_TEST_DESK", desk.Address));
    }

    [Fact]
    public async Task It_goes_from_the_producer_through_intake_and_run_to_provider_tool_and_the_terminal_event()
    {
        var id = await GenerateAsync(("traceparent", TraceParent));

        var intake = await SpanAsync("intake");
        var run = await SpanAsync("run");
        var (first, second) = (await SpanAsync("chat m", ("millrace.step", "1")), await SpanAsync("chat m", ("millrace.step", "2")));
        var tool = await SpanAsync("execute_tool effect_again");
        Assert.Equal((producer.SpanId.ToString(), intake.Id), (intake.ParentId, run.ParentId));
        Assert.Equal([run.Id, run.Id, run.Id], new[] { first, second, tool }.Select(span => span.ParentId));
        Assert.Equal(("completed", id.ToString(), "scripted", "interactive"), (run["millrace.outcome"], run["millrace.generation.id"], run["millrace.provider"], run["millrace.class"]));
        Assert.Equal(("chat", "openai", "m", "tool_calls", "10", "5"), (first["gen_ai.operation.name"], first["gen_ai.provider.name"], first["gen_ai.request.model"],
            first["gen_ai.response.finish_reasons"], first["gen_ai.usage.input_tokens"], first["gen_ai.usage.output_tokens"]));
        Assert.Equal([first.Id, second.Id], await ParentsOfHttpAsync());
        Assert.Equal(("millrace", 3ul), (first.Service, first.Kind));
        await collector.FirstAsync("the terminal event", span => IsOurs(span) && span.Scope == "MassTransit" && span.ParentId == run.Id && (span["messaging.masstransit.message_types"] ?? "").Contains("GenerationCompleted", StringComparison.Ordinal));
        Assert.All(fleet.Provider.Calls, call => Assert.Contains(producer.TraceId.ToString(), call.Headers["traceparent"], StringComparison.Ordinal));
    }

    [Fact]
    public async Task It_begins_with_an_HTTP_request_where_there_is_one()
    {
        await AddWorkerAsync();
        using var http = await GatewayCalls.ClientAsync(fleet, await fleet.AddProcessAsync(role: "gateway"));
        using var request = GatewayCalls.Post("/generate", new { prompt = "Say hello." });
        request.Headers.Add("traceparent", TraceParent);
        using var answer = await http.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode);

        var (asked, intake) = (await collector.FirstAsync("server", span => IsOurs(span) && span.Kind == 2), await SpanAsync("intake"));
        Assert.Equal(("POST /generate", producer.SpanId.ToString()), (asked.Name, asked.ParentId));
        var sent = await collector.FirstAsync("send", span => IsOurs(span) && span is { Scope: "MassTransit", Kind: 4 } && span.ParentId == asked.Id);
        var process = await collector.FirstAsync("process", span => span.Id == intake.ParentId);
        await collector.FirstAsync("receive", span => span.Id == process.ParentId && span.ParentId == sent.Id);
        Assert.Equal(intake.Id, (await SpanAsync("run")).ParentId);
    }

    [Fact]
    public async Task It_survives_the_death_of_the_worker_that_had_begun()
    {
        await AddWorkerAsync();
        var held = new TaskCompletionSource();
        desk.Answer(what, async visit =>
        {
            if (visit.Attempt == 1) await held.Task;
            return "done again";
        });
        fleet.Provider.Respond(call => CallThenTell(call, ("effect_again", what)));
        var request = Ask("Do it.", "effect_again");
        await fleet.Producer.RequestAsync(request, ("traceparent", TraceParent));
        await desk.NextAsync();
        await fleet.Processes[0].KillAsync();
        fleet.Set("OTEL_SERVICE_NAME", "successor");
        await AddWorkerAsync();
        Assert.Equal("completed", (await fleet.Events.TerminalAsync(request.GenerationId)).Kind);
        held.SetResult();

        var run = await SpanAsync("run");
        var (tool, chat) = (await SpanAsync("execute_tool effect_again"), await SpanAsync("chat m", ("millrace.step", "2")));
        Assert.Equal(("2", "completed"), (run["millrace.epoch"], run["millrace.outcome"]));
        Assert.Equal(("successor", (await fleet.QueryAsync<Guid>("SELECT owner FROM generations WHERE id = $1", request.GenerationId)).ToString()), (run.Service, run.Instance));
        Assert.Equal((run.Id, run.Id, "2"), (tool.ParentId, chat.ParentId, tool["millrace.attempt"]));
        Assert.Equal(2, fleet.Provider.Calls.Count);
        Assert.All(fleet.Provider.Calls, call => Assert.Contains(producer.TraceId.ToString(), call.Headers["traceparent"], StringComparison.Ordinal));
    }

    [Fact]
    public async Task Readers_of_a_stream_are_shown_the_run_and_no_chunk_has_a_span_of_its_own()
    {
        var id = await GenerateAsync(("traceparent", TraceParent));

        var run = await SpanAsync("run");
        Assert.NotEmpty(fleet.Chunks(id));
        Assert.All(fleet.Chunks(id), chunk => Assert.Contains($"MT-Activity-Id=00-{producer.TraceId}-{run.Id}", chunk.Raw, StringComparison.Ordinal));
        Assert.DoesNotContain(collector.Spans, span => (span["messaging.masstransit.message_types"] ?? "").Contains("ChunkProduced", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_producer_on_MassTransit_is_joined_by_the_receiving_already()
    {
        await GenerateAsync(("MT-Activity-Id", TraceParent));

        var intake = await SpanAsync("intake");
        var receive = await collector.FirstAsync("receive", span => IsOurs(span) && span.ParentId == producer.SpanId.ToString());
        Assert.Equal(("MassTransit", "millrace.intake receive"), (receive.Scope, receive.Name));
        Assert.Contains(collector.Spans, span => span.Id == intake.ParentId && span.ParentId == receive.Id);
        Assert.Equal(intake.Id, (await SpanAsync("run")).ParentId);
    }

    [Fact]
    public async Task A_worker_that_exports_nothing_keeps_the_trace_for_one_that_does()
    {
        await fleet.AddProcessAsync(TestPaths.ToolWorkerDll);
        var id = FleetFixture.Request();
        await fleet.Producer.RequestAsync(id, ("traceparent", TraceParent));
        await fleet.Events.TerminalAsync(id.GenerationId);

        Assert.Equal(TraceParent, await fleet.QueryAsync<string>("SELECT trace_parent FROM generations WHERE id = $1", id.GenerationId));
        Assert.DoesNotContain("traceparent", fleet.Provider.Calls[0].Headers.Keys);
    }

    public async ValueTask DisposeAsync()
    {
        await fleet.DisposeAsync();
        await desk.DisposeAsync();
        await collector.DisposeAsync();
    }

    private bool IsOurs(SeenSpan span) => span.TraceId == producer.TraceId.ToString();

    private Task<SeenSpan> SpanAsync(string name, params (string Name, string Value)[] attributes) => collector.FirstAsync(
        name, span => IsOurs(span) && span.Scope == "Millrace" && span.Name == name && attributes.All(attribute => span[attribute.Name] == attribute.Value));

    private async Task<IEnumerable<string>> ParentsOfHttpAsync()
    {
        foreach (var call in fleet.Provider.Calls)
            await collector.FirstAsync("POST", span => span.Scope == "System.Net.Http" && call.Headers["traceparent"].Contains(span.Id, StringComparison.Ordinal));
        return fleet.Provider.Calls.Select(call => collector.Spans.Single(span => call.Headers["traceparent"].Contains(span.Id, StringComparison.Ordinal)).ParentId);
    }

    private async Task AddWorkerAsync()
    {
        foreach (var (name, value) in collector.Settings) fleet.Set(name, value);
        await fleet.AddProcessAsync(TestPaths.ToolWorkerDll);
    }

    private async Task<Guid> GenerateAsync((string Name, string Value) header)
    {
        await AddWorkerAsync();
        fleet.Provider.Respond(call => CallThenTell(call, ("effect_again", what)));
        var request = Ask("Do it.", "effect_again");
        await fleet.Producer.RequestAsync(request, header);
        Assert.Equal("completed", (await fleet.Events.TerminalAsync(request.GenerationId)).Kind);
        return request.GenerationId;
    }
}
