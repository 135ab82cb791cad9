using Millrace.Engine.Runs;
using Millrace.Engine.Settings;
using Millrace.Engine.Tools;
using Millrace.Persistence.Generations;
using Millrace.Persistence.Model;
using Millrace.Persistence.ToolCalls;

namespace Millrace.Engine.ToolCalls;

/// <summary>
/// The calls of a run's last step: (1) refuse what must not be made, (2) make those of this worker's tools, (3) ask for the others, (4) tell what came of
/// them, (5) go on when all have a result, or park until somebody answers. Calls of the caller's tools are not its business.
/// </summary>
public sealed class ToolRound(
    ToolCallStore store, StepLog log, RunStore runs, LocalCalls local, OutsideCalls outside, CallEnding ending)
{
    /// <summary>True when each call has its result, false when the run has left this worker.</summary>
    public async Task<bool> RunAsync(Run run)
    {
        while (true)
        {
            var step = run.Steps[^1];

            // 1
            foreach (var call in step.Open)
            {
                if (await RefusalAsync(run, call) is { } refusal) await ending.TryEndAsync(run, call, refusal, isError: true);
            }

            // 2
            var own = Ready(run, step).ToList();
            if (!await local.RunAsync(run, own)) return await RenewTicketAsync(run);

            // 3
            foreach (var call in step.Open) await AskAsync(run, call);

            // 4
            foreach (var call in step.Calls) CallEnding.Tell(run, call);
            await run.Chunks.FlushAsync();
            run.KeepThrough = run.Chunks.LastSequence;

            // 5
            if (step.IsSettled) return true;
            if (await ParkAsync(run, step)) return false;
            await log.ReloadAsync(run);
        }
    }

    /// <summary>Why a call is not made, or null. What the model can mend is told to it.</summary>
    private static async Task<string?> RefusalAsync(Run run, StepCall call) => (call.State, ToolOf(run, call)) switch
    {
        (ToolCallState.Requested or ToolCallState.Approved, null) =>
            $"There is no tool '{call.Name}'. Tools: {string.Join(", ", OfferedTools.Of(run).Select(tool => tool.Name))}.",
        (ToolCallState.Requested, { } tool) => await ArgumentForm.ProblemAsync(tool, call.Call.Arguments, run.Stopping),
        (ToolCallState.Running, not { Options.Idempotent: true }) =>
            "The worker that made this call died before it ended. Whether it took effect is unknown; it was not made again.",
        (ToolCallState.Waiting, _) when call.Deadline <= run.Now => $"The tool '{call.Name}' did not answer in time.",
        (ToolCallState.Approving, _) when call.Deadline <= run.Now => "Nobody agreed to this call in time, so it was not made.",
        _ => null,
    };

    /// <summary>The calls that this worker can make now.</summary>
    private static IEnumerable<(StepCall Call, Tool Tool)> Ready(Run run, RunStep step)
    {
        foreach (var call in step.Open)
        {
            if (ToolOf(run, call) is { Function: not null } tool
                && (call.State is ToolCallState.Approved or ToolCallState.Running || (call.State == ToolCallState.Requested && !tool.Options.RequiresApproval)))
                yield return (call, tool);
        }
    }

    private async Task AskAsync(Run run, StepCall call)
    {
        var options = ToolOf(run, call)?.Options ?? new ToolOptions();
        if (call.State == ToolCallState.Approving || (call.State == ToolCallState.Requested && options.RequiresApproval))
            await outside.AskAsync(run, call, ToolCallState.Approving, options.ApprovalTimeout);
        else await outside.AskAsync(run, call, ToolCallState.Waiting, options.Timeout);
    }

    private async Task<bool> ParkAsync(Run run, RunStep step)
    {
        var isAsked = await run.Chunks.DrainAsync();
        var open = step.Open;
        var next = open.Select(call => call.AgainAt < call.Deadline ? call.AgainAt : call.Deadline).Min();
        var delay = next is { } at && at > run.Now ? at - run.Now : TimeSpan.Zero;
        // A question that the broker is not known to have is asked again by whoever goes on
        var asked = isAsked ? open.Where(call => call.AgainAt is not null).Select(call => (call.Id, call.AgainAt!.Value - run.Now)).ToList() : [];
        return await store.ParkAsync(run.Claim.Fence, run.CallsBegun, run.FailuresJson(), delay, asked, run.Muted) ?? throw new FencedException();
    }

    private async Task<bool> RenewTicketAsync(Run run)
    {
        foreach (var call in run.Steps[^1].Calls) CallEnding.Tell(run, call);
        await run.Chunks.DrainAsync();
        if (!await runs.ParkAsync(run.Claim.Fence, run.CallsBegun, run.FailuresJson(), TimeSpan.Zero, run.Muted)) throw new FencedException();
        return false;
    }

    private static Tool? ToolOf(Run run, StepCall call) => run.Tools.FirstOrDefault(tool => tool.Name == call.Name);
}
