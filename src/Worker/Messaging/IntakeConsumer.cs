using MassTransit;
using MassTransit.Logging;
using Microsoft.Extensions.Options;
using Millrace.Contracts;
using Millrace.Engine.Admission;
using Millrace.Engine.Attachments;
using Millrace.Engine.Batches;
using Millrace.Engine.Dispatch;
using Millrace.Engine.Endings;
using Millrace.Engine.Failures;
using Millrace.Engine.Publishing;
using Millrace.Engine.Requests;
using Millrace.Engine.Settings;
using Millrace.Engine.Telemetry;
using Millrace.Persistence;
using Millrace.Persistence.Announcements;
using Millrace.Persistence.Generations;
using Millrace.Persistence.Model;

namespace Millrace.Worker.Messaging;

/// <summary>
/// Turns a request into a row: (1) refuse what is no request, (2) check its rules, for a turn in its session, (3) commit, (4) answer
/// for the row that is there: a ticket for a runnable one, none for one that waits its turn in its session or among the bulk work, the terminal event again for one that has
/// ended, a rejection when it is another request's.
/// The message is acknowledged after that. While the database is away it is held, not moved to the error queue.
/// </summary>
internal sealed class IntakeConsumer(
    RequestAdmission admission, ToolIntake tools, IntakeStore store, TurnIntake turns, AnnouncementStore announcements, TicketSender tickets, Announcer announcer,
    Rejections rejections, UnclaimedCompletion unclaimed, ReferredContents referred, BulkSignal bulk, QueueNews queue, IOptions<MillraceOptions> options, FleetMetrics metrics, TimeProvider time) : IConsumer<GenerateRequested>
{
    private const string Rejected = "rejected";

    private static readonly TimeSpan AnnouncementPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    public async Task Consume(ConsumeContext<GenerateRequested> context)
    {
        // 1
        var request = context.Message;
        var asked = Header(context, "traceparent") ?? Header(context, DiagnosticHeaders.ActivityId);
        using var span = Traces.Intake(asked);
        span?.SetTag(Names.Attributes.Generation, request.GenerationId.ToString());
        if (request.GenerationId == Guid.Empty) throw new MalformedMessageException("GenerationId is the empty GUID; each generation needs its own.");

        // 2 and 3
        var incoming = await referred.LookUpAsync(
            request, Incoming(context) with { TraceParent = Traces.Parent(asked) }, options.Value.MaxAttachmentBytes, context.CancellationToken);
        var unusable = await tools.FindFlawAsync(request, context.CancellationToken);
        // A tenant that none can be has no sessions, nor a row in their table: the request fails by itself
        var stored = request.SessionId is { } session && session != Guid.Empty && RequestRules.IsTenant(Tenants.Of(request))
            ? await turns.AcceptAsync(request, session, incoming, unusable, context.CancellationToken)
            : await store.AcceptAsync(admission.Admit(request, incoming, unusable), context.CancellationToken);

        // 4
        var isSame = stored.RequestHash.AsSpan().SequenceEqual(incoming.Hash);
        var outcome = isSame ? stored.State : Rejected;
        metrics.Requested(outcome);
        span?.SetTag(Names.Attributes.Outcome, outcome);
        if (!isSame)
            await rejections.SendAsync(context.ReceiveContext, RejectionReason.DifferentRequest, Taken(request.GenerationId), context.CancellationToken);
        else if (GenerationState.IsTerminal(stored.State))
            await AnnounceAsync(request.GenerationId, incoming, context.CancellationToken);
        else if (stored.CancelRequested && await unclaimed.CancelAsync(request.GenerationId, context.CancellationToken))
            return;
        else
            await SendOnAsync(request, stored, incoming.Correlation, context.CancellationToken);
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

    private async Task SendOnAsync(GenerateRequested request, StoredGeneration stored, Correlation? correlation, CancellationToken cancellation)
    {
        if (stored.State == GenerationState.Queued) await tickets.SendAsync(request.GenerationId, stored.Lane, cancellation);
        else if (stored.State == GenerationState.Held) bulk.Set();
        else return;
        await queue.TellAsync(request, stored.Lane, correlation, cancellation);
    }

    /// <summary>
    /// What its worker is about to tell goes out behind the last chunk, and is told again only then. Longer than that nobody has to wait: what is not told yet
    /// reaches this requester, too.
    /// </summary>
    private async Task AnnounceAsync(Guid generation, IncomingRequest incoming, CancellationToken cancellation)
    {
        for (var waited = TimeSpan.Zero; waited < AnnouncementPatience; waited += Pause)
        {
            if (await announcements.FindAsync(generation, cancellation) is { } announcement)
            {
                await announcer.AnnounceAsync(announcement with { Requesters = Requester.Join(announcement.Requesters, incoming.Requester) }, cancellation);
                return;
            }
            await Task.Delay(Pause, time, cancellation);
        }
    }

    private static string? Header(ConsumeContext context, string name) =>
        context.ReceiveContext.TransportHeaders.TryGetHeader(name, out var value) ? value as string : null;

    private static string Taken(Guid generation) =>
        $"Generation {generation} exists with a different request; it is untouched. Choose a new GenerationId.";
}
