using Millrace.Persistence.Sql;

namespace Millrace.Persistence.Generations;

/// <summary>The row that an ending was written to.</summary>
/// <param name="Requesters">Who wants the terminal event as an answer: a JSON object a line.</param>
public sealed record Ended(string? Requesters)
{
    internal static Ended Read(Row row) => new(row.GetStringOrNull("requesters"));
}
