using System.Diagnostics;
using Millrace.Engine.Telemetry;
using Millrace.Providers.Registry;

namespace Millrace.Engine.Runs;

/// <summary>What the instruments are told of a run.</summary>
internal static class RunTelemetry
{
    public static void Started(this FleetMetrics metrics, Run run)
    {
        if (run.Claim.Fence.Epoch == 1) metrics.Started(LaneOf(run), run.Claim.StartedAt - run.Claim.ReceivedAt);
    }

    /// <summary>A run has ended its generation, in the table.</summary>
    public static void Ended(this FleetMetrics metrics, Run run)
    {
        var lane = LaneOf(run);
        metrics.Ended(lane, run.Outcome, run.Failure, (run.Now - run.Claim.ReceivedAt).TotalSeconds);
        metrics.Ran(lane, run.CallsBegun, run.Claim.Now - run.Claim.ReceivedAt + run.FirstPiece);
    }

    public static void Paused(this FleetMetrics metrics, Run run, string reason) => metrics.Paused(LaneOf(run), reason);

    public static void Admitted(this FleetMetrics metrics, Run run, TimeSpan waited) => metrics.Admitted(LaneOf(run), waited);

    public static void Reused(this FleetMetrics metrics, Run run) => metrics.Reused(LaneOf(run));

    public static ChatCall Begin(this GenAiMetrics metrics, Run run, Provider provider, string model) =>
        metrics.Begin(new CallOrigin(run.Id, run.Request.SessionId, run.Attempt, run.Step), provider, model);

    public static ToolExecution Begin(this GenAiMetrics metrics, StepCall call) => metrics.BeginTool(call.Name, call.Id, call.Attempt);

    /// <summary>
    /// The span of one worker's time with a generation. It belongs to the trace of the request. What brought the worker here may be another trace, such as a
    /// ticket that the sweeper sent again: that one is linked.
    /// </summary>
    public static Activity? StartSpan(this Run run)
    {
        if (!Traces.Source.HasListeners()) return null;

        var current = Activity.Current;
        var span = ActivityContext.TryParse(run.Claim.TraceParent, null, isRemote: true, out var asker)
            ? Traces.Source.StartActivity(Names.Spans.Run, ActivityKind.Internal, asker, links: LinksTo(current, asker))
            : Traces.Source.StartActivity(Names.Spans.Run);
        if (span is not { IsAllDataRequested: true }) return span;

        var lane = LaneOf(run);
        return span.SetTag(Names.Attributes.Generation, run.Id.ToString())
            .SetTag(Names.Attributes.Conversation, run.Request.SessionId?.ToString())
            .SetTag(Names.Attributes.Provider, lane.Provider)
            .SetTag(Names.Attributes.Class, lane.Class)
            .SetTag(Names.Attributes.Epoch, run.Claim.Fence.Epoch);
    }

    /// <summary>Says on its span how the run left this worker.</summary>
    public static void Describe(this Run run, Activity? span)
    {
        if (span is null) return;
        span.SetTag(Names.Attributes.Outcome, run.Outcome).SetTag(Names.Attributes.Attempt, run.CallsBegun);
        if (run.Failure is { } reason) span.Fail(reason.ToString());
    }

    private static ActivityLink[]? LinksTo(Activity? current, ActivityContext asker) =>
        current is null || current.TraceId == asker.TraceId ? null : [new(current.Context)];

    private static LaneLabel LaneOf(Run run) => LaneLabel.Of(run.Claim.Lane);
}
