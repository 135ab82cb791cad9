using System.Text.Json;
using Millrace.Contracts;
using Millrace.Engine.Publishing;
using Millrace.Persistence.Batches;
using Millrace.Persistence.Model;

namespace Millrace.Engine.Batches;

/// <summary>Tells how batches get on. An end is told until the broker has it; progress only once.</summary>
internal sealed class BatchEvents(EventSender events, BatchEndStore ends)
{
    /// <summary>Longer than that nobody waits for the broker here: there is the next progress, and an end is told again.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public Task ProgressAsync(Batch batch, CancellationToken cancellation)
    {
        var progress = new BatchProgressed
        {
            BatchId = batch.Id,
            Total = batch.Total,
            Completed = batch.Completed,
            Failed = batch.Failed,
            Usage = Usage(batch),
            Cost = Cost(batch),
        };
        return events.SendWithinAsync(Patience, progress, batch.Id, batch.Channel, EventIds.Of(batch.Id, $"progressed/{batch.Epoch}", batch.LastPosition), correlation: null, cancellation);
    }

    public async Task EndAsync(Batch batch, CancellationToken cancellation)
    {
        var end = new BatchCompleted
        {
            BatchId = batch.Id,
            Status = Enum.Parse<BatchStatus>(batch.State, ignoreCase: true),
            Total = batch.Total,
            Completed = batch.Completed,
            Failed = batch.Failed,
            Usage = Usage(batch),
            Cost = Cost(batch),
            Message = batch.Faults is { } faults ? JsonSerializer.Deserialize<List<BatchFault>>(faults, JsonSerializerOptions.Web)?.FirstOrDefault()?.Message : null,
            CreatedAt = batch.CreatedAt,
            FinishedAt = batch.FinishedAt!.Value,
        };
        if (await events.SendWithinAsync(Patience, end, batch.Id, batch.Channel, EventIds.Of(batch.Id, "completed", batch.Epoch), correlation: null, cancellation)) await ends.MarkAsync(batch, cancellation);
    }

    private static TokenUsage Usage(Batch batch) => new() { Input = batch.InputTokens, Cached = batch.CachedTokens, Output = batch.OutputTokens, Reasoning = batch.ReasoningTokens };

    private static decimal? Cost(Batch batch) => batch.HasCost ? Nanos.ToDollars(batch.SpentNanos) : null;
}
