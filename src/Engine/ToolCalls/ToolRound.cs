using Millrace.Engine.Runs;
using Millrace.Engine.Settings;
using Millrace.Engine.Tools;
using Millrace.Persistence.Model;

namespace Millrace.Engine.ToolCalls;

/// <summary>
/// The calls of a run's last step: (1) refuse what must not be made, (2) make those that this process makes, (3) ask for the others, (4) tell what came of
/// them, (5) go on when all have a result, or park until somebody answers. Calls of the caller's tools are not its business.
/// </summary>
public sealed class ToolRound(InProcessCalls inProcess, OutsideCalls outside, ToolCallEnding ending)
{
    /// <summary>True when each call has its result, false when the run has left this worker.</summary>
    public async Task<bool> RunAsync(ClaimedRun claimed)
    {
        var run = claimed.Run;
        while (true)
        {
            var step = run.Steps[^1];

            // 1
            foreach (var call in step.Open)
            {
                if (await RefusalAsync(run, call) is { } refusal) await ending.TryEndAsync(claimed, call, refusal, isError: true);
            }

            // 2
            if (!await inProcess.RunAsync(claimed, [.. Ready(run, step)]))
            {
                foreach (var call in step.Calls) ToolCallEnding.Tell(claimed, call);
                await claimed.RenewTicketAsync();
                return false;
            }

            // 3
            foreach (var call in step.Open) await AskAsync(claimed, call);

            // 4
            foreach (var call in step.Calls) ToolCallEnding.Tell(claimed, call);
            await claimed.Chunks.FlushAsync();
            run.Keep(claimed.Chunks.LastSequence);

            // 5
            if (step.IsSettled) return true;
            if (await claimed.TryParkForAnswersAsync()) return false;
            await claimed.ReloadStepAsync();
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

    /// <summary>The calls that this process can make now.</summary>
    private static IEnumerable<InProcessCall> Ready(Run run, RunStep step)
    {
        foreach (var call in step.Open)
        {
            if (ToolOf(run, call) is { Execution: ToolExecution.InProcess own } tool && MayBegin(call, tool))
                yield return new(call, tool, own.Function);
        }
    }

    private static bool MayBegin(StepCall call, Tool tool) => call.State switch
    {
        ToolCallState.Requested => !tool.Options.RequiresApproval,
        ToolCallState.Approved or ToolCallState.Running => true,
        _ => false,
    };

    /// <summary>Asks for consent where it is needed, and else the one who makes the call.</summary>
    private async Task AskAsync(ClaimedRun claimed, StepCall call)
    {
        var options = ToolOf(claimed.Run, call)?.Options ?? new ToolOptions();
        if (call.State == ToolCallState.Approving || (call.State == ToolCallState.Requested && options.RequiresApproval))
            await outside.AskAsync(claimed, call, ToolCallState.Approving, options.ApprovalTimeout);
        else await outside.AskAsync(claimed, call, ToolCallState.Waiting, options.Timeout);
    }

    private static Tool? ToolOf(Run run, StepCall call) => run.Tools.FirstOrDefault(tool => tool.Name == call.Name);
}
