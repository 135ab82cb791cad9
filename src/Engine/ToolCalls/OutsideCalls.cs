using Millrace.Contracts;
using Millrace.Engine.Publishing;
using Millrace.Engine.Runs;
using Millrace.Persistence.Model;
using Millrace.Persistence.ToolCalls;

namespace Millrace.Engine.ToolCalls;

/// <summary>Asks those who are not in this process: for a call, the service that owns its tool; for consent, whoever may give it.</summary>
public sealed class OutsideCalls(ToolCallStore store)
{
    /// <summary>
    /// A call lies in a durable queue of the broker, so asking again mends only what the broker itself has lost; and a service that is still busy with it may make
    /// it twice. A question to people reaches whoever is there, so it comes again soon. Neither later than half of the patience: one lost message must not be the end.
    /// </summary>
    private static readonly (TimeSpan First, TimeSpan Longest) OfCalls = (TimeSpan.FromMinutes(15), TimeSpan.FromHours(6));
    private static readonly (TimeSpan First, TimeSpan Longest) OfConsent = (TimeSpan.FromMinutes(1), TimeSpan.FromHours(1));

    /// <summary>Records that an answer is waited for, then asks; asked again, the deadline stays.</summary>
    public async Task AskAsync(ClaimedRun claimed, StepCall call, string state, TimeSpan patience)
    {
        var run = claimed.Run;
        if (call.State == state && call.AgainAt > run.Now) return;
        var attempt = call.State == state ? call.Attempt + 1 : 1;
        if (await store.WaitAsync(run.Claim.Fence, call.Id, call.State, state, attempt, patience, run.Muted) is not { } deadline) return; // there is an answer
        var again = RepeatAfter(state == ToolCallState.Approving ? OfConsent : OfCalls, attempt);
        (call.State, call.Attempt, call.Deadline, call.AgainAt) = (state, attempt, deadline, run.Now + (again < patience / 2 ? again : patience / 2));
        if (state == ToolCallState.Approving) claimed.Chunks.Publish(Approval(run, call, deadline), EventIds.Of(run.Id, $"approval/{call.Id}"));
        else claimed.Chunks.Publish(Request(run, call, deadline), EventIds.Of(run.Id, $"tool/{call.Id}"));
    }

    /// <summary>Doubles: what a person sleeps over is not sent a thousand times.</summary>
    private static TimeSpan RepeatAfter((TimeSpan First, TimeSpan Longest) pace, int attempt) =>
        TimeSpan.FromTicks(Math.Min(pace.First.Ticks << Math.Min(attempt - 1, 10), pace.Longest.Ticks));

    private static ToolApprovalRequested Approval(Run run, StepCall call, DateTimeOffset deadline) => new()
    {
        GenerationId = run.Id,
        Tenant = Tenants.Of(run.Request),
        SessionId = run.Request.SessionId,
        Step = call.Row.Step,
        Call = call.Call,
        Deadline = deadline,
    };

    private static ToolCallRequested Request(Run run, StepCall call, DateTimeOffset deadline) => new()
    {
        GenerationId = run.Id,
        Tenant = Tenants.Of(run.Request),
        SessionId = run.Request.SessionId,
        Step = call.Row.Step,
        Call = call.Call,
        IdempotencyKey = call.Id,
        Deadline = deadline,
    };
}
