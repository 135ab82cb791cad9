using Millrace.Persistence.Commit;
using Millrace.Persistence.Sql;

namespace Millrace.Persistence.Announcements;

/// <summary>Which terminal events the broker has confirmed.</summary>
public sealed class AnnouncementStore(GroupCommit commit, IDatabase database, DatabaseOutage outage)
{
    private readonly string announced =
        $"UPDATE generations SET announced_at = coalesce(announced_at, {database.Sql.Now}) WHERE id = $1";

    // What its worker has not announced yet goes out behind the last chunk, and not before
    private const string Find = $"""
        SELECT {Columns} FROM generations
        WHERE id = $1 AND outcome IS NOT NULL AND (announced_at IS NOT NULL OR owner IS NULL)
        """;

    private const string FindStatus = $"SELECT {Columns}, session_id FROM generations WHERE id = $1";

    /// <summary>What an announcement is read from.</summary>
    internal const string Columns =
        "id, channel, state, outcome, correlation, CASE WHEN announced_at IS NULL THEN requesters END AS requesters";

    /// <summary>Records that the broker has the terminal event.</summary>
    public Task MarkAsync(Guid generation, CancellationToken cancellation) =>
        commit.ExecuteAsync(announced, cancellation, generation);

    /// <summary>The terminal event of a generation to tell again, or null while its worker has not told it.</summary>
    public Task<Announcement?> FindAsync(Guid generation, CancellationToken cancellation) =>
        outage.FindAsync(Find, Read, cancellation, generation);

    /// <summary>How a generation stands for a reader, or null when it is not in the table.</summary>
    public Task<TerminalStatus?> StatusAsync(Guid generation, CancellationToken cancellation) =>
        outage.FindAsync(FindStatus, ReadStatus, cancellation, generation);

    private static TerminalStatus ReadStatus(Row row)
    {
        var hasEnded = row.GetStringOrNull("outcome") is not null;
        return new(row.GetString("channel"), row.GetGuidOrNull("session_id"), hasEnded ? Read(row) : null);
    }

    internal static Announcement Read(Row row) => new(
        row.GetGuid("id"),
        row.GetString("channel"),
        row.GetString("state"),
        row.GetStringOrNull("outcome"))
    {
        Correlation = row.GetStringOrNull("correlation"),
        Requesters = row.GetStringOrNull("requesters"),
    };
}
