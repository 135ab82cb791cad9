using System.Diagnostics.CodeAnalysis;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Millrace.Client.Errors;
using Millrace.Client.RabbitMq.Requests;
using Millrace.Contracts;

namespace Millrace.Client.RabbitMq.Tools;

/// <summary>
/// Takes the calls of one tool: each is made once in this process, answered until the broker has confirmed the answer, and acknowledged after that. One
/// that is delivered again while it runs waits for the same answer; one that has ended is answered again.
/// </summary>
[SuppressMessage("Reliability", "CA1001", Justification = "The source and the semaphore live as long as the service: nobody asks for their wait handles.")]
internal sealed partial class ToolCalls
{
    /// <summary>Brokers take a delivery back after 30 minutes, and the whole channel with it. The fleet asks again, so nothing hangs on this one.</summary>
    private static readonly TimeSpan LongestDelivery = TimeSpan.FromMinutes(20);

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>What a function that is told to stop gets to do so.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    private readonly RemoteTool tool;
    private readonly RequestPublisher publisher;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly ToolRun run;
    private readonly RememberedCalls calls = new();
    private readonly SemaphoreSlim slots;
    private readonly CancellationTokenSource stopping = new();
    private readonly GracePeriod farewell;

    public ToolCalls(
        RemoteTool tool, RequestPublisher publisher, IServiceScopeFactory scopes, TimeProvider time, ILogger log)
    {
        (this.tool, this.publisher, this.time, this.log) = (tool, publisher, time, log);
        run = new(tool, scopes, time, log);
        slots = new(tool.Options.Concurrency);
        farewell = new(Farewell, time, stopping.Token);
    }

    public async Task HandleAsync(ConsumeContext<ToolCallRequested> context)
    {
        var delivery = context.CancellationToken;
        try
        {
            var call = calls.GetOrBegin(context.Message, () => MakeAsync(context.Message), out var known);
            var ended = known && call.IsCompleted;
            var answer = await call.WaitAsync(LongestDelivery, time, delivery);
            if (ended && answer is not null)
                await AnswerAsync(answer, delivery);
        }
        catch (TimeoutException)
        {
            LogLetGo(context.Message.Call.Id, context.Message.GenerationId);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested && !delivery.IsCancellationRequested)
        {
            await HandBackAsync(context);
        }
    }

    /// <summary>Tells the functions to stop, and waits for them a while. Calls without an answer go back to the queue.</summary>
    public Task StopAsync() => stopping.CancelAsync();

    /// <summary>To the queue's end, for another replica: the broker would give a delivery that is refused to whom it gave it before.</summary>
    private async Task HandBackAsync(ConsumeContext<ToolCallRequested> context)
    {
        try
        {
            await context.Forward(new Uri($"exchange:{ToolEndpoint.QueueOf(tool.Name)}")).WaitAsync(Farewell, time, context.CancellationToken);
        }
        catch (Exception fault) when (fault is TimeoutException or ConnectionException or TransportException)
        {
            LogNotHandedBack(context.Message.Call.Id, context.Message.GenerationId);
        }
    }

    private async Task<ToolCallCompleted?> MakeAsync(ToolCallRequested asked)
    {
        await slots.WaitAsync(stopping.Token);
        ToolCallCompleted? answer;
        try
        {
            answer = await run.RunAsync(asked, stopping.Token, farewell.Token);
        }
        finally
        {
            slots.Release();
        }

        if (answer is not null)
            await AnswerAsync(answer, farewell.Token);
        return answer;
    }

    private async Task AnswerAsync(ToolCallCompleted answer, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                await publisher.PublishAsync(answer, messageId: null, cancellation);
                return;
            }
            catch (Exception fault) when (fault is FleetUnreachableException or NoWorkersException)
            {
                LogUnanswered(answer.CallId, answer.GenerationId, fault.Message);
                await Task.Delay(Pause, time, cancellation);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Call {Call} of {Generation} takes long: its message is let go, and the call goes on")]
    private partial void LogLetGo(string call, Guid generation);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Call {Call} of {Generation} could not be handed back; the fleet asks for it again later")]
    private partial void LogNotHandedBack(string call, Guid generation);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The answer to call {Call} of {Generation} could not be sent yet: {Problem}")]
    private partial void LogUnanswered(string call, Guid generation, string problem);
}
