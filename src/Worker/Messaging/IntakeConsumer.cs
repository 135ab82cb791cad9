using MassTransit;
using MassTransit.Logging;
using Millrace.Contracts;
using Millrace.Engine.Admission;
using Millrace.Engine.Failures;
using Millrace.Engine.Requests;
using Millrace.Engine.Telemetry;

namespace Millrace.Worker.Messaging;

/// <summary>
/// Takes requests: (1) refuse what is no request, (2) turn it into a row, (3) do what the row needs next, or reject the request when the row is another's.
/// The message is acknowledged after that. While the database is away it is held, not moved to the error queue.
/// </summary>
internal sealed class IntakeConsumer(RequestIntake intake, IntakeFollowUp followUp, Rejections rejections, FleetMetrics metrics) : IConsumer<GenerateRequested>
{
    private const string Rejected = "rejected";

    public async Task Consume(ConsumeContext<GenerateRequested> context)
    {
        // 1
        var request = context.Message;
        var asked = Header(context, "traceparent") ?? Header(context, DiagnosticHeaders.ActivityId);
        using var span = Traces.Intake(asked);
        span?.SetTag(Names.Attributes.Generation, request.GenerationId.ToString());
        if (request.GenerationId == Guid.Empty) throw new MalformedMessageException("GenerationId is the empty GUID; each generation needs its own.");

        // 2
        var incoming = Incoming(context) with { TraceParent = Traces.Parent(asked) };
        var accepted = await intake.AcceptAsync(request, incoming, context.CancellationToken);
        var outcome = accepted.IsItsOwn ? accepted.Stored.State : Rejected;
        metrics.Requested(outcome);
        span?.SetTag(Names.Attributes.Outcome, outcome);

        // 3
        if (accepted.IsItsOwn) await followUp.RunAsync(request, accepted, context.CancellationToken);
        else await rejections.SendAsync(context.ReceiveContext, RejectionReason.DifferentRequest, Taken(request.GenerationId), context.CancellationToken);
    }

    private static IncomingRequest Incoming(ConsumeContext<GenerateRequested> context)
    {
        var origin = Origin.Of(context);
        var ignored = UnknownMembers.Of(context.ReceiveContext.Body.GetBytes(), Origin.IsEnvelope(context.ReceiveContext));
        return IncomingRequest.From(context.Message, context.ReceiveContext.Body.Length) with
        {
            Correlation = origin.Correlation with { IgnoredMembers = ignored },
            Requester = origin.Requester,
        };
    }

    private static string? Header(ConsumeContext context, string name) =>
        context.ReceiveContext.TransportHeaders.TryGetHeader(name, out var value) ? value as string : null;

    private static string Taken(Guid generation) =>
        $"Generation {generation} exists with a different request; it is untouched. Choose a new GenerationId.";
}
