using System.Text.Json;
using Millrace.Contracts;
using Millrace.Persistence.Announcements;
using Millrace.Persistence.Model;

namespace Millrace.Persistence.Chunks;

/// <summary>
/// Pages of a generation's stream, from the log. The state is read before the chunks, so a terminal event never outruns
/// its last chunk.
/// </summary>
public sealed class ReplayPages(ChunkLog log, AnnouncementStore announcements)
{
    private const int DefaultLimit = 200;
    private const int LargestLimit = 500;
    private const int LargestPage = 1024 * 1024;

    /// <summary>
    /// The page that was asked for, with the end of the generation if nothing is behind it, and the channel of the
    /// generation if it is known.
    /// </summary>
    public async Task<(ChunksReplayed Page, string? Channel)> ReadAsync(
        ReplayRequested asked, CancellationToken cancellation)
    {
        var status = await announcements.StatusAsync(asked.GenerationId, cancellation);
        var limit = Math.Clamp(asked.Limit ?? DefaultLimit, 1, LargestLimit);
        var rows = await log.ReadAsync(asked.GenerationId, asked.AfterSequence, limit + 1, cancellation);
        var fitting = Fitting(rows, limit);
        var ended = rows.Count == fitting ? status?.Terminal : null;
        var page = new ChunksReplayed
        {
            GenerationId = asked.GenerationId,
            AfterSequence = asked.AfterSequence,
            Chunks = [.. rows.Take(fitting).Select(row => ChunkPayload.ToEvent(row, status?.SessionId))],
            HasMore = rows.Count > fitting,
            Known = status is not null,
            Completed = Terminal<GenerationCompleted>(ended, GenerationState.Completed),
            Failed = Terminal<GenerationFailed>(ended, GenerationState.Failed),
            Cancelled = Terminal<GenerationCancelled>(ended, GenerationState.Cancelled),
        };
        return (page, status?.Channel);
    }

    /// <summary>As many as were asked for and as fit in a message, at least one.</summary>
    private static int Fitting(List<Chunk> rows, int limit)
    {
        var size = 0;
        for (var i = 0; i < rows.Count && i < limit; i++)
        {
            size += rows[i].Payload.Length;
            if (i > 0 && size > LargestPage) return i;
        }
        return Math.Min(rows.Count, limit);
    }

    private static T? Terminal<T>(Announcement? ended, string state) where T : class =>
        ended is { Outcome: { } outcome } && ended.State == state
            ? JsonSerializer.Deserialize<T>(outcome, ContractsJson.Options)
            : null;
}
