using CsvHelper;
using Millrace.Persistence.Usage;

namespace Millrace.Gateway.Usage;

/// <summary>
/// A report as comma-separated values (RFC 4180): a head, CRLF, quotes where they are needed, numbers with a point. A text that a spreadsheet would take for a
/// formula gets an apostrophe before it: models and channels are named by whoever sends requests.
/// </summary>
public static class UsageCsv
{
    public const string MediaType = "text/csv";

    private static readonly string[] Sums =
        ["generations", "completed", "failed", "cancelled", "inputTokens", "cachedTokens", "outputTokens", "reasoningTokens", "cost", "withoutPrice"];

    private static readonly CsvWriterOptions Form = CsvWriterOptions.Default with { Injection = CsvInjection.Escape };

    public static void Write(TextWriter writer, IReadOnlyList<UsageGroup> groups, IEnumerable<UsageRow> rows)
    {
        using var csv = CsvWriter.Create(writer, Form, leaveOpen: true);
        csv.WriteRecord([.. groups.Select(UsageTerms.NameOf), .. Sums]);
        foreach (var row in rows)
        {
            foreach (var key in row.Keys) csv.WriteField(key);
            foreach (var number in Numbers(row)) csv.WriteField(number, default);
            csv.WriteField(row.Cost, "0.#########");
            csv.WriteField(row.WithoutPrice, default);
            csv.EndRecord();
        }
    }

    private static long[] Numbers(UsageRow row) =>
        [row.Generations, row.Completed, row.Failed, row.Cancelled, row.InputTokens, row.CachedTokens, row.OutputTokens, row.ReasoningTokens];
}
