using System.Globalization;
using System.Text.Json;
using Millrace.Contracts;
using Millrace.Gateway.Usage;
using Millrace.Persistence.Usage;
using Spectre.Console;

namespace Millrace.Worker.Cli;

/// <summary>How usage looks on standard output.</summary>
internal static class UsageOutput
{
    public static void WriteJson(TextWriter output, IReadOnlyList<UsageGroup> groups, IReadOnlyList<UsageRow> rows)
    {
        foreach (var row in rows) output.WriteLine(JsonSerializer.Serialize(UsageRowView.Of(groups, row), ContractsJson.Options));
    }

    public static Table TableOf(IReadOnlyList<UsageGroup> groups, IReadOnlyList<UsageRow> rows)
    {
        var table = new Table().AddColumns([.. groups.Select(UsageTerms.NameOf), "generations", "completed", "failed", "cancelled", "input", "cached", "output", "reasoning", "cost"]);
        foreach (var column in table.Columns.Skip(groups.Count)) column.RightAligned();
        foreach (var row in rows)
        {
            table.AddRow(row.Keys.Select(key => key.Length > 0 ? key : "-").Concat(new[]
            {
                row.Generations, row.Completed, row.Failed, row.Cancelled, row.InputTokens, row.CachedTokens, row.OutputTokens, row.ReasoningTokens,
            }.Select(number => number.ToString("N0", CultureInfo.InvariantCulture))).Append(Dollars(row.Cost, row.WithoutPrice)).Select(Markup.Escape).ToArray());
        }
        return table;
    }

    /// <summary>A sum that lacks a part says so.</summary>
    public static string Dollars(decimal? cost, long withoutPrice) =>
        (cost is { } known ? known.ToString("$0.00####", CultureInfo.InvariantCulture) : "-")
        + (withoutPrice > 0 ? string.Create(CultureInfo.InvariantCulture, $" and {withoutPrice:N0} without a price") : "");
}
