using System.ComponentModel;
using Millrace.Persistence.Batches;

namespace Millrace.Gateway.Native;

/// <summary>A line of a batch as it stands.</summary>
internal sealed record BatchLineView
{
    [Description("Its custom_id.")]
    public required string CustomId { get; init; }

    [Description("Its line in the file, from 1.")]
    public required long Number { get; init; }

    [Description("pending (waits for its turn), released (it is a generation now), completed, failed or cancelled.")]
    public required string State { get; init; }

    [Description("The generation that it is, or will be: under /api/generations once it is no longer pending.")]
    public required Guid GenerationId { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    [Description("US dollars. Absent: the price is not known, or it has not ended.")]
    public decimal? Cost { get; init; }

    public static BatchLineView Of(BatchResult line) => new()
    {
        CustomId = line.CustomId,
        Number = line.Number,
        State = line.State,
        GenerationId = line.GenerationId,
        FinishedAt = line.FinishedAt,
        Cost = line.CostNanos / 1_000_000_000m,
    };
}
