namespace Millrace.Persistence.Usage;

/// <summary>A report.</summary>
/// <param name="IsCut">There were more rows than a report has.</param>
public sealed record UsageReport(IReadOnlyList<UsageRow> Rows, bool IsCut);
