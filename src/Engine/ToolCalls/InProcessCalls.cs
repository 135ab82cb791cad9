using System.Text.Json;
using Microsoft.Extensions.AI;
using Millrace.Contracts;
using Millrace.Engine.Runs;
using Millrace.Engine.Settings;
using Millrace.Engine.Telemetry;
using Millrace.Engine.Tools;
using Millrace.Persistence.Model;
using Millrace.Persistence.ToolCalls;

namespace Millrace.Engine.ToolCalls;

/// <summary>Makes the calls whose tools run in this process.</summary>
public sealed class InProcessCalls(
    ToolCallStore store, ToolCallEnding ending, WorkerIdentity worker, GenAiMetrics metrics, IServiceProvider services, TimeProvider time)
{
    /// <summary>
    /// Makes them: together where their tools allow it, the others one after the other. False when the run's ticket has no time for all of them; the rest is not begun.
    /// </summary>
    public async Task<bool> RunAsync(ClaimedRun claimed, IReadOnlyList<InProcessCall> calls)
    {
        var together = calls.Where(ready => ready.Tool.Options.Parallel).ToList();
        if (together.Exists(ready => !claimed.Run.HasTimeFor(ready.Tool.Options.Timeout))) return false;
        var inTurn = InTurnAsync(claimed, calls.Where(ready => !ready.Tool.Options.Parallel));
        await Task.WhenAll([.. together.Select(ready => RunAsync(claimed, ready)), inTurn]);
        return await inTurn;
    }

    private async Task<bool> InTurnAsync(ClaimedRun claimed, IEnumerable<InProcessCall> calls)
    {
        foreach (var ready in calls)
        {
            if (!claimed.Run.HasTimeFor(ready.Tool.Options.Timeout)) return false;
            await RunAsync(claimed, ready);
        }
        return true;
    }

    private async Task RunAsync(ClaimedRun claimed, InProcessCall ready)
    {
        var (run, call) = (claimed.Run, ready.Call);
        call.Attempt++;
        run.EnsureHeld(await store.BeginAsync(run.Claim.Fence, call.Id, worker.Name, call.Attempt, run.Muted));
        call.State = ToolCallState.Running;
        var (text, isError) = await InvokeAsync(run, ready);
        run.EnsureHeld(await ending.TryEndAsync(claimed, call, ToolResultText.Cut(text, ready.Tool.Options.MaxResultCharacters), isError));
    }

    /// <summary>Whatever the tool does, the model is told; only the end of the run ends it without a word.</summary>
    private async Task<(string Text, bool IsError)> InvokeAsync(Run run, InProcessCall ready)
    {
        var tool = ready.Tool;
        using var watched = metrics.Begin(ready.Call);
        using var deadline = Deadline.After(tool.Options.Timeout, time, run.Stopping);
        try
        {
            // On a thread of its own: a method that blocks must not hold the run, which would not see its deadline
            var invoked = Task.Run(() => CallAsync(run, ready, deadline.Token), deadline.Token);
            return (ResultText.Of(await invoked.WaitAsync(deadline.Token)), false);
        }
        catch (Exception) when (run.Stopping.IsCancellationRequested)
        {
            watched.Failed("cancelled");
            throw new OperationCanceledException(run.Stopping);
        }
        catch (OperationCanceledException) when (deadline.HasPassed)
        {
            watched.Failed("timeout");
            return ($"The tool '{tool.Name}' did not answer within {tool.Options.Timeout}.", true);
        }
        catch (Exception fault)
        {
            watched.Failed(fault.GetType().Name);
            return ($"The tool '{tool.Name}' failed: {fault.Message}", true);
        }
        finally
        {
            await deadline.CancelAsync(); // the wait may have ended before the tool heard of it
        }
    }

    private async Task<object?> CallAsync(Run run, InProcessCall ready, CancellationToken cancellation)
    {
        var call = ready.Call;
        ToolCallContext.Current = new(run.Id, Tenants.Of(run.Request), run.Request.SessionId, call.Id, call.Attempt);
        var arguments = JsonSerializer.Deserialize<Dictionary<string, object?>>(call.Call.Arguments);
        return await ready.Function.InvokeAsync(new AIFunctionArguments(arguments) { Services = services }, cancellation);
    }
}
