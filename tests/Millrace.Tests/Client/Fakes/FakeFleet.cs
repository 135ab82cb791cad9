using System.Collections.Concurrent;
using MassTransit;
using Millrace.Contracts;
using RabbitMQ.Client.Exceptions;

namespace Millrace.Tests.Client.Fakes;

/// <summary>
/// A worker in a few lines: plays a script for each request, keeps what it wrote, answers replays from it, and repeats the end of a request that
/// comes twice. Lives on any bus. Its consumers hold nothing up, since one that waits for a lost connection keeps MassTransit from replacing it;
/// what cannot be sent is lost, like what a broker loses.
/// </summary>
internal sealed class FakeFleet
{
    private readonly ConcurrentDictionary<Guid, Generation> generations = new();
    private IBusControl? bus;

    /// <summary>What to do with a request.</summary>
    public Func<GenerateRequested, Script> Plan { get; set; } = _ => new Script();

    /// <summary>Questions for the log, in order of arrival.</summary>
    public ConcurrentQueue<ReplayRequested> Questions { get; } = new();

    /// <summary>Requests, repeated ones too.</summary>
    public ConcurrentQueue<GenerateRequested> Requests { get; } = new();

    /// <summary>Cancels.</summary>
    public ConcurrentQueue<CancelGeneration> Cancels { get; } = new();

    /// <summary>What it keeps of conversations.</summary>
    public FakeSessions Sessions { get; } = new();

    /// <summary>What it knows of tools.</summary>
    public FakeTools Tools { get; }

    /// <summary>The longest page it gives.</summary>
    public int PageLimit { get; set; } = 500;

    public FakeFleet() => Tools = new FakeTools(SendAsync);

    public void Configure(IBusFactoryConfigurator bus)
    {
        bus.ReceiveEndpoint("fake-intake", endpoint =>
        {
            endpoint.ConcurrentMessageLimit = 1000;
            endpoint.PrefetchCount = 1000;
            endpoint.Handler<GenerateRequested>(context => InBackground(PlayAsync(context.Message)));
        });
        bus.ReceiveEndpoint("fake-cancel", endpoint => endpoint.Handler<CancelGeneration>(context => CancelAsync(context.Message)));
        bus.ReceiveEndpoint("fake-replay", endpoint => endpoint.Handler<ReplayRequested>(context => InBackground(ReplayAsync(context.Message))));
        bus.ReceiveEndpoint("fake-sessions", endpoint =>
        {
            endpoint.ConcurrentMessageLimit = 1;
            endpoint.Handler<SessionRequested>(context => InBackground(AnswerAsync(context.Message)));
        });
        Tools.Configure(bus);
    }

    /// <summary>A generation in its memory, if there is one.</summary>
    public Generation? Find(Guid id) => generations.GetValueOrDefault(id);

    public void Attach(IBusControl bus) => this.bus = bus;

    /// <summary>Sends an event as a worker does.</summary>
    public Task SendAsync(object message, string? channel, Guid id) =>
        SendAsync(message, EventRouting.Key(EventRouting.Kinds[message.GetType()], channel, id));

    private async Task SendAsync(object message, string routingKey)
    {
        var exchange = await this.bus!.GetSendEndpoint(new Uri($"exchange:{EventRouting.Exchange}?type=topic"));
        await exchange.Send(message, message.GetType(), Pipe.Execute<SendContext>(context => context.SetRoutingKey(routingKey)));
    }

    private static Task InBackground(Task work)
    {
        _ = work;
        return Task.CompletedTask;
    }

    private async Task TrySendAsync(object message, string? channel, Guid id)
    {
        try
        {
            await SendAsync(message, channel, id);
        }
        catch (Exception e) when (e is ConnectionException or TransportException or RabbitMQClientException)
        {
            // Lost.
        }
    }

    private async Task PlayAsync(GenerateRequested request)
    {
        Requests.Enqueue(request);
        var id = request.GenerationId;
        var generation = new Generation(request.Channel, Plan(request));
        var first = generations.GetOrAdd(id, generation);
        if (first != generation)
        {
            if (first.End is { } again)
                await TrySendAsync(again, first.Channel, id);
            return;
        }

        var script = generation.Script;
        if (!script.LosesStart)
            await TrySendAsync(Started(id), request.Channel, id);
        foreach (var sequence in script.Send(Enumerable.Range(1, script.Chunks).Select(n => (long)n)))
        {
            await script.Before(sequence);
            generation.WriteThrough(id, sequence);
            if (generation.Cancelled)
                break;
            await TrySendAsync(generation.Log[(int)sequence - 1], request.Channel, id);
        }

        await script.Before(script.Chunks + 1);
        if (!generation.Cancelled)
        {
            generation.WriteThrough(id, script.Chunks);
            generation.Finish(script.End(request, script.Chunks));
        }

        if (!script.LosesEnd)
            await TrySendAsync(generation.End!, request.Channel, id);
    }

    private Task CancelAsync(CancelGeneration cancel)
    {
        Cancels.Enqueue(cancel);
        if (generations.TryGetValue(cancel.GenerationId, out var generation))
            generation.Cancel(cancel);
        return Task.CompletedTask;
    }

    private async Task ReplayAsync(ReplayRequested question)
    {
        Questions.Enqueue(question);
        var generation = generations.GetValueOrDefault(question.GenerationId);
        var page = generation?.Page(question, Math.Min(question.Limit ?? 200, PageLimit)) ?? new ChunksReplayed
        {
            GenerationId = question.GenerationId,
            AfterSequence = question.AfterSequence,
            Chunks = [],
            HasMore = false,
            Known = false,
        };
        await TrySendAsync(page, question.Channel ?? generation?.Channel, question.GenerationId);
    }

    private Task AnswerAsync(SessionRequested request) =>
        Sessions.Answer(request) is { } answer ? TrySendAsync(answer, request.Channel, request.SessionId) : Task.CompletedTask;

    private static GenerationStarted Started(Guid id) => new()
    {
        GenerationId = id,
        Worker = "fake",
        Provider = "fake",
        Model = "fake-1",
        Attempt = 1,
        Epoch = 1,
        StartedAt = DateTimeOffset.UnixEpoch,
    };
}
