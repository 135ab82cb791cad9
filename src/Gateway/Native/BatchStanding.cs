using System.ComponentModel;
using System.Text.Json;
using Millrace.Contracts;
using Millrace.Gateway.OpenAI.Batches;
using Millrace.Persistence.Model;

namespace Millrace.Gateway.Native;

/// <summary>A batch as it stands. What is not known is absent.</summary>
internal sealed record BatchStanding
{
    private const decimal Nanos = 1_000_000_000;

    [Description("Its id. Under /v1 it is batch_ with this id without hyphens.")]
    public required Guid BatchId { get; init; }

    [Description("validating, in_progress, cancelling, expiring (its window is over, what runs is being stopped), exhausted (its money is used up, what runs ends by itself), completed, failed (its file was refused), expired or cancelled. The last four are final, until lines are run again.")]
    public required string State { get; init; }

    [Description("Where its lines would be posted to. Absent: each line says it itself, or is a short one.")]
    public string? Endpoint { get; init; }

    [Description("The file that it was made of. Under /v1 it is file- with this id without hyphens.")]
    public required Guid InputFileId { get; init; }

    [Description("The label of its events and of its lines'.")]
    public required string Channel { get; init; }

    [Description("Its share among the batches of its tenant.")]
    public required int Weight { get; init; }

    [Description("Lines. 0 until the file has been checked.")]
    public required long Total { get; init; }

    [Description("Lines with an answer.")]
    public required long Completed { get; init; }

    [Description("Lines that have failed.")]
    public required long Failed { get; init; }

    [Description("Tokens of the lines that have ended, as the providers counted them.")]
    public required TokenUsage Usage { get; init; }

    [Description("US dollars for them. Absent: a price is not known.")]
    public decimal? Cost { get; init; }

    [Description("What it may cost, in US dollars. Absent: anything.")]
    public decimal? Budget { get; init; }

    [Description("Lines that ended in a minute, on average since it began.")]
    public double? LinesPerMinute { get; init; }

    [Description("When it ends if it goes on so. Absent unless it runs.")]
    public DateTimeOffset? EstimatedEnd { get; init; }

    [Description("What is wrong with its file, if that was refused: at most 100 faults.")]
    public IReadOnlyList<BatchFaultView>? Faults { get; init; }

    [Description("The labels that it was made with.")]
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    [Description("When it was made.")]
    public required DateTimeOffset CreatedAt { get; init; }

    [Description("When its first lines were let go.")]
    public DateTimeOffset? BegunAt { get; init; }

    [Description("When its window is over.")]
    public required DateTimeOffset ExpiresAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public static BatchStanding Of(Batch batch, DateTimeOffset now)
    {
        var ended = batch.Completed + batch.Failed;
        var minutes = ((batch.FinishedAt ?? now) - batch.BegunAt)?.TotalMinutes;
        double? speed = minutes > 0 && ended > 0 ? ended / minutes : null;
        return new()
        {
            BatchId = batch.Id,
            State = batch.State,
            Endpoint = batch.Endpoint,
            InputFileId = batch.InputFileId,
            Channel = batch.Channel,
            Weight = batch.Weight,
            Total = batch.Total,
            Completed = batch.Completed,
            Failed = batch.Failed,
            Usage = new() { Input = batch.InputTokens, Cached = batch.CachedTokens, Output = batch.OutputTokens, Reasoning = batch.ReasoningTokens },
            Cost = BatchView.CostOf(batch),
            Budget = batch.BudgetNanos / Nanos,
            LinesPerMinute = speed is { } lines ? Math.Round(lines, 3) : null,
            EstimatedEnd = batch.State == BatchState.InProgress && speed is { } perMinute ? EndAt(now, (batch.Total - ended) / perMinute) : null,
            Faults = BatchView.FaultsOf(batch) is { Count: > 0 } faults ? [.. faults.Select(fault => new BatchFaultView(fault.Code, fault.Message, fault.Line, fault.Param))] : null,
            Metadata = batch.Metadata is null ? null : JsonSerializer.Deserialize<Dictionary<string, string>>(batch.Metadata),
            CreatedAt = batch.CreatedAt,
            BegunAt = batch.BegunAt,
            ExpiresAt = batch.ExpiresAt,
            FinishedAt = batch.FinishedAt,
        };
    }

    /// <summary>A time that is centuries away is none.</summary>
    private static DateTimeOffset? EndAt(DateTimeOffset now, double minutes) => minutes < 1_000_000 ? now.AddMinutes(minutes) : null;
}
