using System.Text.Json;
using Millrace.Contracts;
using Millrace.Engine.Requests;
using Millrace.Persistence.Announcements;
using Millrace.Persistence.Model;

namespace Millrace.Engine.Publishing;

/// <summary>
/// Sends a terminal event as it was committed, then to those who want it as an answer, and records that all of it is done: who dies in between is followed by
/// one who does all of it again, under the same ids.
/// </summary>
public sealed class Announcer(EventSender events, AnswerSender answers, AnnouncementStore announcements)
{
    /// <summary>As it stands in the table.</summary>
    /// <exception cref="InvalidOperationException">The row holds no terminal event.</exception>
    /// <exception cref="JsonException">It holds one that cannot be read.</exception>
    public Task AnnounceAsync(Announcement announcement, CancellationToken cancellation) => announcement.State switch
    {
        GenerationState.Completed => AnnounceAsync<GenerationCompleted>(announcement, cancellation),
        GenerationState.Failed => AnnounceAsync<GenerationFailed>(announcement, cancellation),
        GenerationState.Cancelled => AnnounceAsync<GenerationCancelled>(announcement, cancellation),
        var state => throw new InvalidOperationException($"'{state}' is not a terminal state."),
    };

    /// <summary>As it was just committed.</summary>
    public async Task AnnounceAsync<T>(
        T terminal, Guid generation, string channel, Correlation? correlation, string? requesters, CancellationToken cancellation) where T : class
    {
        await events.SendAsync(terminal, generation, channel, EventIds.Of(generation, "terminal"), correlation, cancellation);
        foreach (var requester in Requester.ReadAll(requesters)) await answers.SendAsync(terminal, generation, correlation, requester, cancellation);
        await announcements.MarkAsync(generation, cancellation);
    }

    private Task AnnounceAsync<T>(Announcement announcement, CancellationToken cancellation) where T : class => AnnounceAsync(
        Read<T>(announcement), announcement.GenerationId, announcement.Channel, Correlation.Read(announcement.Correlation), announcement.Requesters, cancellation);

    private static T Read<T>(Announcement announcement) where T : class => announcement.Outcome is { } outcome
        ? JsonSerializer.Deserialize<T>(outcome, ContractsJson.Options) ?? throw new JsonException("The outcome is null.")
        : throw new InvalidOperationException($"Generation {announcement.GenerationId} is {announcement.State} and has no outcome.");
}
