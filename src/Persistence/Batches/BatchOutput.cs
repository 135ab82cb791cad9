using Millrace.Persistence.Model;
using Millrace.Persistence.Sql;

namespace Millrace.Persistence.Batches;

/// <summary>
/// The two files that a batch gives. A row of each is made with the first line that is in it, in the transaction that
/// counts that line; what is in them is made from the lines when it is read.
/// </summary>
public static class BatchOutput
{
    /// <summary>What their files are for.</summary>
    internal const string Purpose = "batch_output";

    /// <summary>The file of the lines with an answer; absent while it would be empty.</summary>
    public static Guid? AnswersOf(Batch batch) => batch.Completed > 0 ? AnswersId(batch.Id) : null;

    /// <summary>The file of the others; absent while it would be empty.</summary>
    public static Guid? ErrorsOf(Batch batch) =>
        batch.Failed > 0 || (BatchState.IsTerminal(batch.State) && batch.Completed < batch.Total)
            ? ErrorsId(batch.Id)
            : null;

    /// <summary>Which of a batch's results a file of it holds.</summary>
    public static BatchResults ResultsOf(StoredFile file) =>
        file.Id == AnswersId(file.BatchId!.Value) ? BatchResults.Answers : BatchResults.Errors;

    /// <summary>Makes the rows that are missing. At the end it is known until when the files are kept.</summary>
    internal static async Task ShowAsync(ITransaction transaction, SqlDialect sql, Batch batch, bool hasEnded)
    {
        if (AnswersOf(batch) is { } answers)
            await AddAsync(transaction, sql, batch, answers, $"batch_{batch.Id:N}_output.jsonl");
        if (ErrorsOf(batch) is { } errors)
            await AddAsync(transaction, sql, batch, errors, $"batch_{batch.Id:N}_error.jsonl");
        if (hasEnded && batch.OutputKept is { } kept)
            await transaction.ExecuteAsync(
                $"UPDATE files SET expires_at = {sql.NowPlus("$2")} WHERE batch_id = $1", batch.Id, kept);
    }

    /// <summary>Lines run again: the files grow again, and are kept until the new end and as long as it says.</summary>
    internal static Task<int> ReopenAsync(ITransaction transaction, Guid batch) =>
        transaction.ExecuteAsync("UPDATE files SET bytes = 0, expires_at = NULL WHERE batch_id = $1", batch);

    private static Task<int> AddAsync(ITransaction transaction, SqlDialect sql, Batch batch, Guid id, string name) => transaction.ExecuteAsync($"""
        INSERT INTO files (id, tenant, name, purpose, state, bytes, batch_id, created_at, expires_at)
        VALUES ($1, $2, $3, '{Purpose}', '{FileState.Ready}', 0, $4, {sql.Now}, NULL) ON CONFLICT (id) DO NOTHING
        """, id, batch.Tenant, name, batch.Id);

    private static Guid AnswersId(Guid batch) => NamedId.Of(batch, "answers");

    private static Guid ErrorsId(Guid batch) => NamedId.Of(batch, "errors");
}
