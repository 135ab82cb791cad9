using System.Text.Json;
using MassTransit;
using Millrace.Contracts;
using Millrace.Persistence;
using Millrace.Worker.Chunks;
using Millrace.Worker.Events;
using Millrace.Worker.Intake;

namespace Millrace.Worker.Replay;

/// <summary>Answers from the log with one page. The state is read before the chunks, so a terminal event never outruns its last chunk.</summary>
internal sealed class ReplayConsumer(ChunkLog log, AnnouncementStore announcements, EventSender events) : IConsumer<ReplayRequested>
{
    private const int DefaultLimit = 200;
    private const int LargestLimit = 500;
    private const int LargestPage = 1024 * 1024;

    public async Task Consume(ConsumeContext<ReplayRequested> context)
    {
        var (asked, cancellation) = (context.Message, context.CancellationToken);
        if (asked.GenerationId == Guid.Empty) throw new MalformedMessageException("GenerationId is the empty GUID; name the generation to replay.");
        if (asked.Channel is { } given && !RequestRules.IsChannel(given)) throw new MalformedMessageException("Channel must match [A-Za-z0-9_-]{1,64}.");
        var standing = await announcements.StandingAsync(asked.GenerationId, cancellation);
        var limit = Math.Clamp(asked.Limit ?? DefaultLimit, 1, LargestLimit);
        var rows = await log.ReadAsync(asked.GenerationId, asked.AfterSequence, limit + 1, cancellation);
        var fitting = Fitting(rows, limit);
        var ended = rows.Count == fitting ? standing?.Terminal : null;
        var page = new ChunksReplayed
        {
            GenerationId = asked.GenerationId,
            AfterSequence = asked.AfterSequence,
            Chunks = [.. rows.Take(fitting).Select(row => ChunkPayload.ToEvent(row, standing?.SessionId))],
            HasMore = rows.Count > fitting,
            Known = standing is not null,
            Completed = Terminal<GenerationCompleted>(ended, GenerationState.Completed),
            Failed = Terminal<GenerationFailed>(ended, GenerationState.Failed),
            Cancelled = Terminal<GenerationCancelled>(ended, GenerationState.Cancelled),
        };
        var channel = asked.Channel ?? standing?.Channel ?? EventRouting.DefaultChannel;
        await events.SendAsync(page, asked.GenerationId, channel, Guid.NewGuid(), cancellation);
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
        ended?.State == state ? JsonSerializer.Deserialize<T>(ended.Outcome, ContractsJson.Options) : null;
}
