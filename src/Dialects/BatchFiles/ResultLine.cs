using System.Text.Json;
using Millrace.Contracts;
using Millrace.Dialects.Errors;
using Millrace.Persistence.Batches;
using Millrace.Persistence.Model;

namespace Millrace.Dialects.BatchFiles;

/// <summary>What has come of a line of a batch, as a line of JSON in the line's own form. It follows from the row alone, so it is the same whenever it is read.</summary>
public static class ResultLine
{
    private const decimal Nanos = 1_000_000_000;

    public static string Write(Batch batch, BatchResult result)
    {
        var end = EndOf(batch, result);
        return result.Form == BatchLineForm.Short ? ShortResult.Write(result, end) : OpenAIResult.Write(batch, result, end);
    }

    /// <summary>Its answer, or what it has instead.</summary>
    public static LineEnd EndOf(Batch batch, BatchResult result) => result switch
    {
        { State: BatchLineState.Completed, Outcome: { } outcome } => new(Completed: Read<GenerationCompleted>(outcome)),
        { State: BatchLineState.Failed, Outcome: { } outcome } => new(Failed: Faults.Of(Read<GenerationFailed>(outcome))),
        { State: BatchLineState.Completed or BatchLineState.Failed } => new(Stopped: new("not_kept", "What came of this request is not kept any more.")),
        // What was cancelled before its batch was told to stop was cancelled by itself
        { State: BatchLineState.Cancelled } when !(result.FinishedAt >= batch.StoppingAt) => new(Stopped: new("cancelled", "This request was cancelled by itself.")),
        _ => new(Stopped: Unfinished(batch)),
    };

    /// <summary>Why a line has no end of its own.</summary>
    private static LineError Unfinished(Batch batch) => batch.State switch
    {
        BatchState.Expired or BatchState.Expiring => new("batch_expired", "This request could not be executed before the completion window expired."),
        BatchState.Cancelled or BatchState.Cancelling => new("batch_cancelled", "This request was not executed because the batch was cancelled."),
        _ => new("budget_exceeded", FormattableString.Invariant(
            $"This request was not executed because the batch's budget of {batch.BudgetNanos / Nanos:0.#########} dollars was used up. Run the failed lines again with a higher one.")),
    };

    private static T Read<T>(string outcome) => JsonSerializer.Deserialize<T>(outcome, ContractsJson.Options)!;
}
