using System.Globalization;
using System.Text.Json;
using Millrace.Persistence.Model;
using Millrace.Worker.Cli.Terminal;
using Spectre.Console;

namespace Millrace.Worker.Cli.Batches;

/// <summary>How batches look on standard output.</summary>
internal sealed class BatchOutput(CommandConsole console)
{
    public void WriteTable(IEnumerable<Batch> batches)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("batch", "made", "state", "done", "failed", "of", "tokens", "cost");
        foreach (var batch in batches)
        {
            table.AddRow(
                batch.Id.ToString(), batch.CreatedAt.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture), batch.State, Text(batch.Completed), Text(batch.Failed),
                Text(batch.Total), Text(batch.InputTokens + batch.OutputTokens), Cost(batch) is { } cost ? $"${cost.ToString("0.00##", CultureInfo.InvariantCulture)}" : "");
        }
        console.WriteTable(table);
    }

    /// <summary>One JSON line.</summary>
    public void WriteJson(Batch batch) => console.Out.WriteLine(JsonSerializer.Serialize(
        new
        {
            batchId = batch.Id,
            state = batch.State,
            total = batch.Total,
            completed = batch.Completed,
            failed = batch.Failed,
            inputTokens = batch.InputTokens,
            cachedTokens = batch.CachedTokens,
            outputTokens = batch.OutputTokens,
            reasoningTokens = batch.ReasoningTokens,
            cost = Cost(batch),
            createdAt = batch.CreatedAt,
            expiresAt = batch.ExpiresAt,
            finishedAt = batch.FinishedAt,
            faults = Faults(batch),
        },
        JsonSerializerOptions.Web));

    /// <summary>What is wrong with its file, line by line, on standard error.</summary>
    public void WriteFaults(Batch batch)
    {
        foreach (var fault in Faults(batch) ?? [])
            console.Error.WriteLine(fault.Line is { } line ? $"Line {line.ToString(CultureInfo.InvariantCulture)}: {fault.Message} ({fault.Code})" : $"{fault.Message} ({fault.Code})");
    }

    private static List<BatchFault>? Faults(Batch batch) => batch.Faults is { } faults ? JsonSerializer.Deserialize<List<BatchFault>>(faults, JsonSerializerOptions.Web) : null;

    private static decimal? Cost(Batch batch) => batch.HasCost && batch.Completed > 0 ? Nanos.ToDollars(batch.SpentNanos) : null;

    private static string Text(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
