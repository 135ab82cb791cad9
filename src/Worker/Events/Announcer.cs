using System.Text.Json;
using Millrace.Contracts;
using Millrace.Persistence;

namespace Millrace.Worker.Events;

/// <summary>Sends a terminal event as it was committed, and records that the broker has it.</summary>
internal sealed class Announcer(EventSender events, AnnouncementStore announcements)
{
    public async Task AnnounceAsync(Announcement announcement, CancellationToken cancellation)
    {
        await (announcement.State switch
        {
            GenerationState.Completed => SendAsync<GenerationCompleted>(announcement, cancellation),
            GenerationState.Failed => SendAsync<GenerationFailed>(announcement, cancellation),
            GenerationState.Cancelled => SendAsync<GenerationCancelled>(announcement, cancellation),
            var state => throw new InvalidOperationException($"'{state}' is not a terminal state."),
        });
        await announcements.MarkAsync(announcement.GenerationId, cancellation);
    }

    private Task SendAsync<T>(Announcement announcement, CancellationToken cancellation) where T : class => events.SendAsync(
        JsonSerializer.Deserialize<T>(announcement.Outcome, ContractsJson.Options)!, announcement.GenerationId, announcement.Channel,
        EventIds.Of(announcement.GenerationId, "terminal"), cancellation);
}
