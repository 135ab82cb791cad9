using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Millrace.Contracts;
using Millrace.Tests.Fleet;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Wires;

/// <summary>A service with MassTransit and the contracts that asks and waits for its answer.</summary>
[Collection(WireFleet.Name)]
[Integration]
public sealed class RequestClientTests(WireFleet given) : IAsyncLifetime
{
    private static readonly RequestTimeout Patience = RequestTimeout.After(m: 3);

    private readonly FleetFixture fleet = given.Fleet;
    private readonly IHost service = Host.CreateDefaultBuilder().ConfigureServices(services => services
        .AddMassTransit(bus => bus.UsingRabbitMq((context, rabbit) => rabbit.Host(new Uri(given.Fleet.RabbitMq))))
        .AddOptions<MassTransitHostOptions>().Configure(options => options.WaitUntilStarted = true)).Build();

    private IBus Bus => service.Services.GetRequiredService<IBus>();

    public async ValueTask InitializeAsync() => await service.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await service.StopAsync();
        service.Dispose();
    }

    [Fact]
    public async Task The_end_is_the_answer_and_who_asks_again_gets_it_again()
    {
        fleet.Provider.Respond(call => call.Text("Hello.").Usage(1000, 500).Stop());
        var request = FleetFixture.Request();

        var first = await Bus.CreateRequestClient<GenerateRequested>(Patience).GetResponse<GenerationCompleted>(request);
        var again = await Bus.CreateRequestClient<GenerateRequested>(Patience).GetResponse<GenerationCompleted>(request);

        Assert.All([first, again], answer => Assert.Equal((request.GenerationId, "Hello.", 0.007m), (answer.Message.GenerationId, answer.Message.Text, answer.Message.Cost)));
        Assert.NotEqual(first.RequestId, again.RequestId);
        var conversation = (await fleet.Events.TerminalAsync(request.GenerationId)).Envelope("conversationId");
        Assert.Equal(first.ConversationId.ToString(), conversation);
    }

    [Fact]
    public async Task Who_asks_again_before_the_end_is_answered_as_well()
    {
        using var gate = new Gate();
        fleet.Provider.Respond(call => call.HoldUntil(gate.Opened).Text("Late.").Stop());
        var request = FleetFixture.Request();

        var first = Bus.CreateRequestClient<GenerateRequested>(Patience).GetResponse<GenerationCompleted>(request);
        await fleet.UntilAsync("SELECT state FROM generations WHERE id = $1", "running", request.GenerationId);
        var second = Bus.CreateRequestClient<GenerateRequested>(Patience).GetResponse<GenerationCompleted>(request);
        await fleet.UntilAsync("SELECT (length(requesters) - length(replace(requesters, chr(10), '')))::int FROM generations WHERE id = $1", 1, request.GenerationId);
        gate.Open();

        Assert.All(await Task.WhenAll(first, second), answer => Assert.Equal("Late.", answer.Message.Text));
    }

    [Fact]
    public async Task A_turn_of_a_session_is_answered_and_so_is_who_asks_again_before_its_end()
    {
        using var gate = new Gate();
        fleet.Provider.Respond(call => call.HoldUntil(gate.Opened).Text("In turn.").Stop());
        var request = FleetFixture.Request() with { SessionId = Guid.NewGuid() };

        var first = Bus.CreateRequestClient<GenerateRequested>(Patience).GetResponse<GenerationCompleted>(request);
        await fleet.UntilAsync("SELECT state FROM generations WHERE id = $1", "running", request.GenerationId);
        var second = Bus.CreateRequestClient<GenerateRequested>(Patience).GetResponse<GenerationCompleted>(request);
        await fleet.UntilAsync("SELECT (length(requesters) - length(replace(requesters, chr(10), '')))::int FROM generations WHERE id = $1", 1, request.GenerationId);
        gate.Open();

        Assert.All(await Task.WhenAll(first, second), answer => Assert.Equal("In turn.", answer.Message.Text));
    }

    [Fact]
    public async Task Every_way_to_end_is_an_answer()
    {
        var client = Bus.CreateRequestClient<GenerateRequested>(Patience);
        var (_, failed) = await client.GetResponse<GenerationCompleted, GenerationFailed>(FleetFixture.Request() with { Provider = "opnai" });
        Assert.Equal(FailureReason.UnknownProvider, (await failed).Message.Reason);

        fleet.Provider.Respond(call => call.Open().Stall());
        var cancelled = FleetFixture.Request();
        var waiting = client.GetResponse<GenerationCompleted, GenerationCancelled>(cancelled);
        await fleet.UntilAsync("SELECT state FROM generations WHERE id = $1", "running", cancelled.GenerationId);
        await Bus.Publish(new CancelGeneration { GenerationId = cancelled.GenerationId, Reason = "enough" });
        var (_, end) = await waiting;
        Assert.Equal("enough", (await end).Message.Reason);

        var (_, different) = await client.GetResponse<GenerationCompleted, RequestRejected>(cancelled with { Prompt = "Another." });
        Assert.Equal(RejectionReason.DifferentRequest, (await different).Message.Reason);
        var (_, malformed) = await client.GetResponse<GenerationCompleted, RequestRejected>(FleetFixture.Request() with { GenerationId = Guid.Empty });
        Assert.Equal(RejectionReason.Malformed, (await malformed).Message.Reason);
    }

    [Fact]
    public async Task Who_takes_nothing_but_an_answer_hears_of_a_failure_as_a_fault()
    {
        var client = Bus.CreateRequestClient<GenerateRequested>(Patience);

        var fault = await Assert.ThrowsAsync<RequestFaultException>(() => client.GetResponse<GenerationCompleted>(FleetFixture.Request() with { Provider = "opnai" }));

        Assert.Contains("Provider 'opnai' is not configured", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Questions_to_the_fleet_are_answered_as_well()
    {
        var id = Guid.NewGuid();

        var capabilities = await Bus.CreateRequestClient<CapabilitiesRequested>(Patience).GetResponse<CapabilitiesAnswered>(new CapabilitiesRequested { RequestId = id });
        var session = await Bus.CreateRequestClient<SessionRequested>(Patience)
            .GetResponse<SessionAnswered>(new SessionRequested { RequestId = id, Operation = SessionOperation.Create, SessionId = id });
        var replay = await Bus.CreateRequestClient<ReplayRequested>(Patience).GetResponse<ChunksReplayed>(new ReplayRequested { GenerationId = id });
        var tool = await Bus.CreateRequestClient<RegisterTool>(Patience).GetResponse<ToolRegistered>(new RegisterTool { RequestId = id, Name = "a b" });

        Assert.NotEmpty(capabilities.Message.Models);
        Assert.Equal(id, session.Message.Session!.SessionId);
        Assert.False(replay.Message.Known);
        Assert.NotNull(tool.Message.Problem);
    }

    [Fact]
    public async Task Events_carry_conversation_initiator_and_the_producers_headers_on_whichever_worker()
    {
        fleet.Provider.Respond(call => call.Text("Hel").Text("lo.").Stop());
        var (request, conversation, initiator) = (FleetFixture.Request(), Guid.NewGuid(), Guid.NewGuid());

        await Bus.Publish(request, context =>
        {
            (context.ConversationId, context.InitiatorId) = (conversation, initiator);
            context.Headers.Set("millrace-order", "17");
            context.Headers.Set("x-api-key", "secret");
        });
        await fleet.Events.TerminalAsync(request.GenerationId);

        var told = fleet.Events.Of(request.GenerationId);
        Assert.Superset(new HashSet<string> { "started", "chunk", "completed" }, told.Select(seen => seen.Kind).ToHashSet());
        Assert.All(told, seen =>
        {
            Assert.Equal((conversation.ToString(), initiator.ToString()), (seen.Envelope("conversationId"), seen.Envelope("initiatorId")));
            Assert.Contains("millrace-order=17", seen.Raw, StringComparison.Ordinal);
            Assert.DoesNotContain("secret", seen.Raw, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Headers_over_the_bounds_fail_the_request()
    {
        var (many, large) = (FleetFixture.Request(), FleetFixture.Request());

        await fleet.Producer.RequestAsync(many, [.. Enumerable.Range(0, 17).Select(n => ($"millrace-{n}", "x"))]);
        await fleet.Producer.RequestAsync(large, ("Millrace-Note", new string('x', 513)));

        Assert.Contains("17 headers that begin with millrace-; at most 16", (await fleet.Events.TerminalAsync(many.GenerationId)).String("message"), StringComparison.Ordinal);
        Assert.Contains("'Millrace-Note' has 513 characters; at most 512", (await fleet.Events.TerminalAsync(large.GenerationId)).String("message"), StringComparison.Ordinal);
    }

    private sealed class Gate : IDisposable
    {
        private readonly TaskCompletionSource opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Opened => opened.Task;

        public void Open() => opened.TrySetResult();

        public void Dispose() => Open();
    }
}
