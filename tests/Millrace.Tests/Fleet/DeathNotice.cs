using Millrace.Tests.Servers;
using Npgsql;

namespace Millrace.Tests.Fleet;

/// <summary>
/// Tells a fleet that a worker has died. By itself it knows from the silence, after half of <c>DeadAfter</c>; that is minutes in tests, so that nobody who is only slow, on a machine
/// that is busy with other things, is taken for dead.
/// </summary>
internal static class DeathNotice
{
    /// <param name="postgres">The fleet's database.</param>
    /// <param name="dead">A process that has ended.</param>
    public static async Task SendAsync(string postgres, WorkerProcess dead)
    {
        await using var source = NpgsqlDataSource.Create(postgres);

        // What the server had of it already is done first: a last heartbeat behind this would wake it up again
        await using var sessions = source.CreateCommand("SELECT count(*) FROM pg_stat_activity WHERE application_name = $1");
        sessions.Parameters.Add(new NpgsqlParameter { Value = dead.Session });
        await Until.EqualAsync(0L, async () => (long)(await sessions.ExecuteScalarAsync())!, $"sessions of {dead.Name}");

        await using var lost = source.CreateCommand("UPDATE workers SET lost_at = now() WHERE name = $1");
        lost.Parameters.Add(new NpgsqlParameter { Value = dead.Name });
        await lost.ExecuteNonQueryAsync();
    }
}
