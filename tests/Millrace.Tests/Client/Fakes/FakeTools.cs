using System.Collections.Concurrent;
using MassTransit;
using Millrace.Contracts;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Client.Fakes;

/// <summary>What a fake fleet knows of tools: who offered what, what was answered, what was decided. Calls and questions are the test's.</summary>
internal sealed class FakeTools(Func<object, string, Task> send)
{
    /// <summary>Offers and removals, repeated ones too.</summary>
    public ConcurrentQueue<RegisterTool> Offers { get; } = new();

    /// <summary>Answers to calls, repeated ones too.</summary>
    public ConcurrentQueue<ToolCallCompleted> Answers { get; } = new();

    /// <summary>Decisions about calls.</summary>
    public ConcurrentQueue<DecideToolCall> Decisions { get; } = new();

    /// <summary>Why an offer is refused, if it is.</summary>
    public Func<RegisterTool, string?> Refuses { get; set; } = _ => null;

    /// <summary>Whether the answer to an offer is lost.</summary>
    public Func<RegisterTool, bool> Loses { get; set; } = _ => false;

    public void Configure(IBusFactoryConfigurator bus)
    {
        bus.ReceiveEndpoint("fake-tools", endpoint => endpoint.Handler<RegisterTool>(context =>
        {
            _ = AnswerAsync(context.Message);
            return Task.CompletedTask;
        }));
        bus.ReceiveEndpoint("fake-tool-results", endpoint => endpoint.Handler<ToolCallCompleted>(context => Keep(Answers, context.Message)));
        bus.ReceiveEndpoint("fake-tool-decisions", endpoint => endpoint.Handler<DecideToolCall>(context => Keep(Decisions, context.Message)));
    }

    /// <summary>A call as a worker asks for it.</summary>
    public static ToolCallRequested Call(string tool, string arguments, DateTimeOffset? deadline = null) => new()
    {
        GenerationId = Guid.CreateVersion7(),
        SessionId = Guid.CreateVersion7(),
        Step = 2,
        Call = new ToolCall("call-1", tool, arguments),
        IdempotencyKey = "call-1",
        Deadline = deadline ?? DateTimeOffset.MaxValue.AddDays(-1),
    };

    public Task SendAsync(ToolCallRequested call) => send(call, EventRouting.ToolKey("billing", call.GenerationId, call.Call.Name));

    public Task SendAsync(ToolApprovalRequested asked, string channel) => send(asked, EventRouting.Key("approval", channel, asked.GenerationId));

    /// <summary>Sends a call and waits for its answer.</summary>
    public async Task<ToolCallCompleted> AskAsync(ToolCallRequested call)
    {
        await SendAsync(call);
        return await AnswerToAsync(call);
    }

    /// <summary>Waits for the answer to a call.</summary>
    public async Task<ToolCallCompleted> AnswerToAsync(ToolCallRequested call)
    {
        await Until.TrueAsync(() => Answers.Any(answer => answer.GenerationId == call.GenerationId));
        return Answers.First(answer => answer.GenerationId == call.GenerationId);
    }

    private static Task Keep<T>(ConcurrentQueue<T> queue, T message)
    {
        queue.Enqueue(message);
        return Task.CompletedTask;
    }

    private async Task AnswerAsync(RegisterTool offered)
    {
        Offers.Enqueue(offered);
        if (Loses(offered))
            return;
        await send(
            new ToolRegistered { RequestId = offered.RequestId, Name = offered.Name, Problem = Refuses(offered) },
            EventRouting.Key("registered", offered.Channel, offered.RequestId));
    }
}
