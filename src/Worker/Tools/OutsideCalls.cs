using Millrace.Contracts;
using Millrace.Persistence;
using Millrace.Worker.Events;
using Millrace.Worker.Runs;

namespace Millrace.Worker.Tools;

/// <summary>Asks those who are not in this process: for a call, the service that owns its tool; for consent, whoever may give it.</summary>
internal sealed class OutsideCalls(ToolCallStore store)
{
    private static readonly TimeSpan FirstRepeat = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestRepeat = TimeSpan.FromHours(1);

    /// <summary>Records that an answer is waited for, then asks; asked again, the deadline stays.</summary>
    public async Task AskAsync(Run run, StepCall call, string state, TimeSpan patience)
    {
        var attempt = call.State == state ? call.Attempt + 1 : 1;
        if (await store.WaitAsync(run.Claim.Fence, call.Id, state, attempt, patience, run.Muted) is not { } deadline) return; // there is an answer
        (call.State, call.Attempt, call.Deadline, call.AgainAt) = (state, attempt, deadline, run.Now + RepeatAfter(attempt));
        if (state == ToolCallState.Approving) run.Chunks.Publish(Approval(run, call, deadline), EventIds.Of(run.Id, $"approval/{call.Id}"));
        else run.Chunks.Publish(Request(run, call, deadline), EventIds.Of(run.Id, $"tool/{call.Id}"));
    }

    /// <summary>Doubles: a message that was lost costs a minute, one that a person sleeps over is not sent a thousand times.</summary>
    public static TimeSpan RepeatAfter(int attempt) =>
        TimeSpan.FromTicks(Math.Min(FirstRepeat.Ticks << Math.Min(attempt - 1, 10), LongestRepeat.Ticks));

    private static ToolApprovalRequested Approval(Run run, StepCall call, DateTimeOffset deadline) => new()
    {
        GenerationId = run.Id,
        SessionId = run.Request.SessionId,
        Step = call.Row.Step,
        Call = call.Call,
        Deadline = deadline,
    };

    private static ToolCallRequested Request(Run run, StepCall call, DateTimeOffset deadline) => new()
    {
        GenerationId = run.Id,
        SessionId = run.Request.SessionId,
        Step = call.Row.Step,
        Call = call.Call,
        IdempotencyKey = call.Id,
        Deadline = deadline,
    };
}
