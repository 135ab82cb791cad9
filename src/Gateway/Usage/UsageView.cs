using System.ComponentModel;
using Millrace.Persistence.Usage;

namespace Millrace.Gateway.Usage;

/// <summary>A report of what was used and what it cost.</summary>
internal sealed record UsageView
{
    [Description("The first moment.")]
    public required DateTimeOffset From { get; init; }

    [Description("The first moment that is not in it.")]
    public required DateTimeOffset To { get; init; }

    [Description("A row for each group that there is anything of, in the order of their keys; at most 10,000.")]
    public required IReadOnlyList<UsageRowView> Rows { get; init; }

    [Description("There are more rows. Ask for a shorter time or fewer groups.")]
    public required bool IsCut { get; init; }

    public static UsageView Of(UsageQuery asked, UsageReport report) => new()
    {
        From = asked.From,
        To = asked.To,
        Rows = [.. report.Rows.Select(row => UsageRowView.Of(asked.Groups, row))],
        IsCut = report.IsCut,
    };
}
