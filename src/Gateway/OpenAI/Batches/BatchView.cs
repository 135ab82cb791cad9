using System.Text.Json;
using Millrace.Dialects.OpenAI;
using Millrace.Persistence.Batches;
using Millrace.Persistence.Model;

namespace Millrace.Gateway.OpenAI.Batches;

/// <summary>OpenAI's batch object, all keys always there; <c>millrace</c> is ours.</summary>
internal static class BatchView
{
    private const decimal Nanos = 1_000_000_000;

    public static object Of(Batch batch) => new
    {
        Id = OpenAIIds.Batch(batch.Id),
        Object = "batch",
        batch.Endpoint,
        Model = Defaults(batch).Model,
        Errors = ErrorsOf(batch),
        InputFileId = OpenAIIds.File(batch.InputFileId),
        CompletionWindow = FormattableString.Invariant($"{batch.Window / 3_600_000}h"),
        Status = StatusOf(batch.State),
        OutputFileId = BatchOutput.AnswersOf(batch) is { } answers ? OpenAIIds.File(answers) : null,
        ErrorFileId = BatchOutput.ErrorsOf(batch) is { } errors ? OpenAIIds.File(errors) : null,
        CreatedAt = batch.CreatedAt.ToUnixTimeSeconds(),
        InProgressAt = Seconds(batch.BegunAt),
        ExpiresAt = batch.ExpiresAt.ToUnixTimeSeconds(),
        FinalizingAt = batch.State switch
        {
            BatchState.Completed => Seconds(batch.FinishedAt),
            BatchState.Expiring => Seconds(batch.StoppingAt),
            _ => null,
        },
        CompletedAt = At(batch, BatchState.Completed),
        FailedAt = At(batch, BatchState.Failed),
        ExpiredAt = At(batch, BatchState.Expired),
        CancellingAt = batch.State is BatchState.Cancelling or BatchState.Cancelled ? Seconds(batch.StoppingAt) : null,
        CancelledAt = At(batch, BatchState.Cancelled),
        RequestCounts = new { batch.Total, batch.Completed, batch.Failed },
        Usage = new
        {
            batch.InputTokens,
            InputTokensDetails = new { batch.CachedTokens },
            batch.OutputTokens,
            OutputTokensDetails = new { batch.ReasoningTokens },
            TotalTokens = batch.InputTokens + batch.OutputTokens,
        },
        Metadata = batch.Metadata is null ? null : JsonSerializer.Deserialize<Dictionary<string, string>>(batch.Metadata),
        Millrace = new
        {
            Defaults(batch).Provider,
            batch.Weight,
            Budget = batch.BudgetNanos / Nanos,
            batch.Channel,
            Cost = CostOf(batch),
        },
    };

    /// <summary>In US dollars, or null if a price is not known.</summary>
    public static decimal? CostOf(Batch batch) => batch.HasCost ? batch.SpentNanos / Nanos : null;

    public static IReadOnlyList<BatchFault> FaultsOf(Batch batch) =>
        batch.Faults is null ? [] : JsonSerializer.Deserialize<List<BatchFault>>(batch.Faults, JsonSerializerOptions.Web)!;

    /// <summary>The API has no word for a batch whose money is used up, whose lines that are out still run; nor for one whose window is over, whose lines are being stopped.</summary>
    private static string StatusOf(string state) => state switch
    {
        BatchState.Exhausted => BatchState.InProgress,
        BatchState.Expiring => "finalizing",
        _ => state,
    };

    private static object? ErrorsOf(Batch batch) => batch.Faults is null ? null : new { Object = "list", Data = FaultsOf(batch) };

    private static BatchDefaults Defaults(Batch batch) => JsonSerializer.Deserialize<BatchDefaults>(batch.Defaults, JsonSerializerOptions.Web)!;

    private static long? At(Batch batch, string state) => batch.State == state ? Seconds(batch.FinishedAt) : null;

    private static long? Seconds(DateTimeOffset? time) => time?.ToUnixTimeSeconds();
}
