using Millrace.Contracts;
using Millrace.Engine.Runs;
using Millrace.Engine.Telemetry;
using Millrace.Persistence.Model;
using Millrace.Persistence.ToolCalls;

namespace Millrace.Engine.ToolCalls;

/// <summary>Records what came of a call; the reader of the stream hears of it after that.</summary>
public sealed class ToolCallEnding(ToolCallStore store, FleetMetrics metrics)
{
    /// <summary>False when the call is no longer in the state that the run knows: somebody has answered.</summary>
    public async Task<bool> TryEndAsync(ClaimedRun claimed, StepCall call, string text, bool isError)
    {
        var run = claimed.Run;
        var json = StepCall.Json(text);
        if (!await store.EndAsync(run.Claim.Fence, call.Id, call.State, isError ? null : json, isError ? json : null, run.Muted)) return false;
        Count(call.State, isError);
        (call.State, call.Result, call.EndedAt) = (isError ? ToolCallState.Failed : ToolCallState.Completed, new ToolResult(call.Id, text, isError), run.Now);
        Tell(claimed, call);
        return true;
    }

    /// <summary>What was begun here has ended; what somebody else was asked for has not come; the others were not made.</summary>
    private void Count(string state, bool isError)
    {
        if (state == ToolCallState.Running) metrics.ToolCalled("worker", isError ? "failed" : "completed");
        else if (state == ToolCallState.Waiting) metrics.ToolCalled("service", "timed_out");
        else metrics.ToolCalled("nobody", "refused");
    }

    /// <summary>The result's chunk, once.</summary>
    public static void Tell(ClaimedRun claimed, StepCall call)
    {
        if (call.IsTold || call.Result is null) return;
        claimed.Chunks.AddResult(call.Row.Step, call.Call, call.Result);
        call.IsTold = true;
    }
}
