using System.Text.Json;
using Millrace.Contracts;
using Millrace.Persistence.Chunks;
using Millrace.Persistence.Generations;
using Millrace.Persistence.Model;
using Millrace.Persistence.ToolCalls;

namespace Millrace.Engine.Runs;

/// <summary>The steps of a run in the table: what another worker needs to go on with the next.</summary>
public sealed class StepLog(StepStore steps, ChunkLog chunks)
{
    /// <summary>Gives the run what those before it have recorded. A first claim finds nothing: there is no need to look.</summary>
    public async Task ResumeAsync(Run run)
    {
        if (run.Claim.Fence.Epoch == 1) return;
        var recorded = await steps.StepsAsync(run.Id, run.Muted);
        if (recorded.Count == 0) return;
        var calls = await steps.CallsAsync(run.Id, run.Muted);
        run.Resume(recorded.Select(step => RunStep.Of(step, calls)));
        foreach (var call in run.Steps.SkipLast(1).SelectMany(step => step.Calls)) call.IsTold = true;
        await FindToldAsync(run, run.Steps[^1]);
    }

    /// <summary>Records a step that ended in calls, before any of them is made.</summary>
    /// <param name="run">Its run.</param>
    /// <param name="candidate">Who was called.</param>
    /// <param name="answer">How the call ended.</param>
    /// <param name="through">Its last chunk in the log.</param>
    public async Task RecordAsync(Run run, Candidate candidate, Answer answer, long through)
    {
        var output = run.Output;
        var isHanded = output.Calls.Any(call => OfferedTools.IsCallers(run, call.Name));
        var content = new StepContent(output.Text, output.Reasoning.All() is { Count: > 0 } reasoning ? reasoning : null)
        {
            // Whoever ends the generation with this step may be another worker
            IgnoredOptions = isHanded && answer.IgnoredOptions.Count > 0 ? answer.IgnoredOptions : null,
            OmittedTurns = isHanded && answer.OmittedTurns > 0 ? answer.OmittedTurns : null,
        };
        var step = new RecordedStep(run.Step, candidate.Provider, answer.Model, content.ToJson(), through,
            output.Usage is null ? null : JsonSerializer.Serialize(output.Usage, ContractsJson.Options))
        {
            CostNanos = Nanos.Of(output.Cost),
        };
        var calls = output.Calls.Select((call, position) => new RecordedCall(call.Id, run.Step, position, call.ProviderId, call.Name, call.Arguments)
        {
            State = OfferedTools.IsCallers(run, call.Name) ? ToolCallState.Handed : ToolCallState.Requested,
        }).ToList();
        run.EnsureHeld(await steps.RecordAsync(run.Claim.Fence, step, calls, run.Muted));
        run.EndStep(RunStep.Of(step, calls));
    }

    /// <summary>Looks at the calls of the last step again: somebody may have answered.</summary>
    public async Task ReloadAsync(Run run)
    {
        var last = run.Steps[^1];
        var told = last.Calls.Where(call => call.IsTold).Select(call => call.Id).ToHashSet();
        var rows = (await steps.CallsAsync(run.Id, run.Muted)).Where(row => row.Step == last.Number);
        run.Reread(last with { Calls = [.. rows.Select(row => new StepCall(row) { IsTold = told.Contains(row.CallId) })] });
    }

    /// <summary>Results stand right behind their step in the log. One that was recorded and is not there yet is still to be told.</summary>
    private async Task FindToldAsync(Run run, RunStep last)
    {
        run.Keep(last.Through);
        foreach (var chunk in await chunks.ReadAsync(run.Id, last.Through, last.Calls.Count, run.Muted))
        {
            if (chunk.Kind != nameof(ChunkKind.ToolResult)) break;
            var told = ChunkPayload.ToEvent(chunk, null).ToolCall!.Id;
            last.Calls.Single(call => call.Id == told).IsTold = true;
            run.Keep(chunk.Sequence);
        }
    }
}
