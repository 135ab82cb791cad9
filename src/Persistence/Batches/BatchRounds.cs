using System.Text.Json;
using Millrace.Contracts;
using Millrace.Persistence.Generations;
using Millrace.Persistence.Model;
using Millrace.Persistence.Sql;

namespace Millrace.Persistence.Batches;

/// <summary>Begins lines anew, each as another generation.</summary>
public sealed class BatchRounds(IDatabase database)
{
    /// <summary>Makes the lines pending, in their next round.</summary>
    internal Task RenewAsync(ITransaction transaction, Guid batch, IReadOnlyList<LineRound> lines)
    {
        var (values, rows) = (new List<object?> { batch }, new List<string>());
        foreach (var line in lines)
        {
            var before = JsonSerializer.Deserialize<GenerateRequested>(line.Request, ContractsJson.Options)!;
            var request = before with { GenerationId = BatchLineId.Of(batch, line.Number, line.Round + 1) };
            values.AddRange([request.GenerationId, JsonSerializer.Serialize(request, ContractsJson.Options), RequestHash.Of(request)]);
            rows.Add(FormattableString.Invariant($"({line.Number}, {line.Round + 1}, ${values.Count - 2}, {database.Sql.Json($"${values.Count - 1}")}, ${values.Count})"));
        }
        return transaction.ExecuteAsync($"""
            UPDATE batch_lines SET state = '{BatchLineState.Pending}', position = NULL, round = next.column2,
                generation_id = next.column3, request = next.column4, request_hash = next.column5
            FROM (VALUES {string.Join(", ", rows)}) AS next
            WHERE batch_lines.batch_id = $1 AND batch_lines.number = next.column1
            """, [.. values]);
    }
}
