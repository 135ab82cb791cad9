using Millrace.Persistence.Sql;

namespace Millrace.Persistence.Access;

/// <summary>
/// How a limit stands by what was used within the last minute. The database does the sums: a row for each use would be
/// thousands, for each generation anew.
/// </summary>
internal static class SlidingMinute
{
    private const int Minute = 60_000;

    /// <summary>
    /// The sums over uses: how much, how long ago the newest was, and the age of the one that fills the limit: counted
    /// from the newest, the first with which it is reached. When that one leaves the minute, there is room.
    /// </summary>
    /// <param name="uses">A query for <c>age</c>, in milliseconds, and <c>amount</c>; its parameters are $1 and
    /// $2.</param>
    public static string Sums(string uses) => $"""
        SELECT CAST(coalesce(sum(amount), 0) AS bigint) AS used, min(age) AS newest,
            min(CASE WHEN total >= $3 THEN age END) AS filling
        FROM (SELECT age, amount, sum(amount) OVER (ORDER BY age ROWS UNBOUNDED PRECEDING) AS total
            FROM ({uses}) used) summed
        """;

    public static LimitStanding Read(Row row, int limit) => new(
        limit, row.GetInt64("used"), UntilGone(row.GetInt64OrNull("filling")), UntilGone(row.GetInt64OrNull("newest")));

    /// <summary>Ages can be below zero: a transaction's clock stands still while it waits for its turn.</summary>
    private static TimeSpan UntilGone(long? age) =>
        age is { } known ? TimeSpan.FromMilliseconds(Minute - Math.Clamp(known, 0, Minute)) : TimeSpan.Zero;
}
