using System.Text.Json;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Millrace.Client.Tools;
using Millrace.Contracts;

namespace Millrace.Client.RabbitMq.Tools;

/// <summary>Makes one call: whatever the function does, the model is told; only the deadline and the end of the service leave it without an answer.</summary>
internal sealed partial class ToolRun(RemoteTool tool, IServiceScopeFactory scopes, TimeProvider time, ILogger log)
{
    /// <summary>No deadline of the fleet is as far away, and no timer can be set for much longer.</summary>
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(40);

    /// <param name="asked">The call.</param>
    /// <param name="stopping">The service ends; the function is told.</param>
    /// <param name="abandoning">The service waits no longer for the function.</param>
    /// <returns>The answer; null when it would be too late.</returns>
    /// <exception cref="OperationCanceledException">The service ended first.</exception>
    public async Task<ToolCallCompleted?> RunAsync(
        ToolCallRequested asked, CancellationToken stopping, CancellationToken abandoning)
    {
        var left = asked.Deadline is { } deadline ? deadline - time.GetUtcNow() : LongestTimer;
        if (left <= TimeSpan.Zero)
        {
            LogLate(asked.Call.Id, asked.GenerationId);
            return null;
        }

        using var late = new CancellationTokenSource(left < LongestTimer ? left : LongestTimer, time);
        using var told = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stopping);
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(late.Token, abandoning);
        var answer = new ToolCallCompleted { GenerationId = asked.GenerationId, CallId = asked.Call.Id };
        try
        {
            // On a thread of its own: a method that blocks must not hold up the queue
            var invoked = Task.Run(() => InvokeAsync(asked, told.Token), told.Token);
            return answer with { Result = ToolResultText.Cut(ResultText.Of(await invoked.WaitAsync(waiting.Token))) };
        }
        catch (Exception) when (late.IsCancellationRequested)
        {
            await told.CancelAsync(); // the waiting can end before the function is told, and this source with it
            LogLate(asked.Call.Id, asked.GenerationId);
            return null;
        }
        catch (Exception) when (stopping.IsCancellationRequested)
        {
            await told.CancelAsync();
            throw new OperationCanceledException(stopping);
        }
        catch (Exception fault)
        {
            var kind = fault.GetType().Name;
            LogFailed(asked.Call.Id, asked.GenerationId, kind);
            return answer with { Error = ToolResultText.Cut($"The tool '{tool.Name}' failed: {fault.Message}") };
        }
    }

    private async Task<object?> InvokeAsync(ToolCallRequested asked, CancellationToken cancellation)
    {
        RemoteToolCall.Current = new RemoteToolCall(asked);
        await using var scope = scopes.CreateAsyncScope();
        var arguments = JsonSerializer.Deserialize<Dictionary<string, object?>>(asked.Call.Arguments);
        return await tool.Function.InvokeAsync(new AIFunctionArguments(arguments) { Services = scope.ServiceProvider }, cancellation);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Call {Call} of {Generation} has no answer by its deadline; one would be too late")]
    private partial void LogLate(string call, Guid generation);

    [LoggerMessage(Level = LogLevel.Information, Message = "Call {Call} of {Generation} failed with {Fault}; the model is told")]
    private partial void LogFailed(string call, Guid generation, string fault);
}
