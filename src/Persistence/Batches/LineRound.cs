using Millrace.Persistence.Sql;

namespace Millrace.Persistence.Batches;

/// <summary>A line as it was begun the last time.</summary>
internal sealed record LineRound(long Number, int Round, string Request)
{
    /// <summary>From its columns <c>number</c>, <c>round</c> and <c>request</c>.</summary>
    internal static LineRound Read(Row row) => new(
        row.GetInt64("number"), row.GetInt32("round"), row.GetString("request"));
}
