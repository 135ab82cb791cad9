using System.Diagnostics;

namespace Millrace.Engine.Telemetry;

/// <summary>
/// Our spans. MassTransit's own say what was received and sent; what is between them is here. Without a listener each of these is null, and
/// costs as much as asking that.
/// </summary>
public static class Traces
{
    public static ActivitySource Source { get; } = new(Names.Scope);

    /// <summary>
    /// A request on its way into the table. MassTransit reads only its own header, <c>MT-Activity-Id</c>; the trace of a producer that
    /// sends the standard's <c>traceparent</c> is joined here, and linked to the one that MassTransit has begun for want of it.
    /// </summary>
    public static Activity? Intake(string? asked)
    {
        var current = Activity.Current;
        return ActivityContext.TryParse(asked, null, isRemote: true, out var asker) && asker.TraceId != current?.TraceId
            ? Source.StartActivity(Names.Spans.Intake, ActivityKind.Consumer, asker, links: current is null ? null : [new(current.Context)])
            : Source.StartActivity(Names.Spans.Intake);
    }

    /// <summary>What is stored with a generation: the span that is open, or what the asker sent, so that a worker that exports goes on with it.</summary>
    public static string? Parent(string? asked = null) =>
        Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: { } id } ? id
        : ActivityContext.TryParse(asked, null, out _) ? asked
        : null;

    /// <summary>The kind of error and nothing of its text.</summary>
    public static void Fail(this Activity span, string errorType) =>
        span.SetTag(Names.Attributes.ErrorType, errorType).SetStatus(ActivityStatusCode.Error);
}
