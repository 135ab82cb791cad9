using Millrace.Contracts;
using Millrace.Engine.Dispatch;
using Millrace.Engine.Endings;
using Millrace.Engine.Publishing;
using Millrace.Engine.Requests;
using Millrace.Persistence.Announcements;
using Millrace.Persistence.Generations;
using Millrace.Persistence.Model;

namespace Millrace.Engine.Admission;

/// <summary>
/// What a request that has its row needs next: a ticket if it can run, none if it waits its turn in its session or among the bulk work, its end if it was
/// cancelled before it came, the terminal event again if it has ended.
/// </summary>
public sealed class IntakeFollowUp(
    TicketSender tickets, BulkSignal bulk, QueueEvents queue, UnclaimedCompletion unclaimed, AnnouncementStore announcements, Announcer announcer, TimeProvider time)
{
    private static readonly TimeSpan AnnouncementPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    public async Task RunAsync(GenerateRequested request, AcceptedRequest accepted, CancellationToken cancellation)
    {
        var (incoming, stored) = accepted;
        if (GenerationState.IsTerminal(stored.State))
        {
            await AnnounceAsync(request.GenerationId, incoming, cancellation);
            return;
        }
        if (stored.CancelRequested && await unclaimed.CancelAsync(request.GenerationId, cancellation)) return;
        await SendOnAsync(request, stored, incoming.Correlation, cancellation);
    }

    private async Task SendOnAsync(GenerateRequested request, StoredGeneration stored, Correlation? correlation, CancellationToken cancellation)
    {
        switch (stored.State)
        {
            case GenerationState.Queued:
                await tickets.SendAsync(request.GenerationId, stored.Lane, cancellation);
                break;
            case GenerationState.Held:
                bulk.Set();
                break;
            default:
                return;
        }
        await queue.TellAsync(request, stored.Lane, correlation, cancellation);
    }

    /// <summary>
    /// The event that its worker is about to publish goes out behind the last chunk; only then is it published again. Nobody has to wait longer than that: what
    /// is not published yet reaches this requester, too.
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
}
