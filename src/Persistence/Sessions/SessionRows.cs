using System.Text;
using System.Text.Json;
using Millrace.Contracts;
using Millrace.Persistence.Model;
using Millrace.Persistence.Sql;

namespace Millrace.Persistence.Sessions;

/// <summary>What all that changes sessions has in common: the lock, and the numbering of messages behind it.</summary>
internal sealed class SessionRows(IDatabase database)
{
    private static readonly Guid Changes = new("7d0f3a52-6b1e-4c89-9a37-2e5b8f41c06d");

    private readonly string create = $"""
        INSERT INTO sessions (id, tenant, settings, origin_id, last_ordinal, last_turn, created_at, updated_at)
        VALUES ($1, $2, {database.Sql.Json("$3")}, $4, 0, 0, {database.Sql.Now}, {database.Sql.Now})
        ON CONFLICT (id) DO NOTHING
        """;

    private readonly string find = $"""
        SELECT id, tenant, settings, last_ordinal, last_turn FROM sessions WHERE id = $1 {database.Sql.ForUpdate}
        """;

    private const string Active = $"""
        SELECT id FROM generations
        WHERE session_id = $1 AND turn IS NOT NULL AND finished_at IS NULL AND state <> '{GenerationState.Waiting}'
            LIMIT 1
        """;

    private readonly string add = $"""
        INSERT INTO messages (session_id, ordinal, source_id, position, generation_id, role, content, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, {database.Sql.Json("$7")}, {database.Sql.Now})
        """;

    private readonly string touch = $"""
        UPDATE sessions SET last_ordinal = $2, bytes = bytes + $3, updated_at = {database.Sql.Now} WHERE id = $1
        """;

    private readonly string measure = $"""
        UPDATE sessions SET bytes = coalesce((SELECT sum({database.Sql.Bytes("m.content")}) FROM messages m
            WHERE m.session_id = $1), 0) WHERE id = $1
        """;

    private readonly string done = $"INSERT INTO session_changes (request_id, made_at) VALUES ($1, {database.Sql.Now})";

    /// <summary>False when there is one of that id.</summary>
    public async Task<bool> CreateAsync(
        ITransaction transaction, Guid id, string tenant, SessionSettings settings, Guid origin) =>
        await transaction.ExecuteAsync(
            create, id, tenant, JsonSerializer.Serialize(settings, ContractsJson.Options), origin) == 1;

    /// <summary>The session, locked until the commit, or null if there is none.</summary>
    public async Task<LockedSession?> LockAsync(ITransaction transaction, Guid id)
    {
        var session = (await transaction.QueryAsync(find, ReadLockedSession, id)).SingleOrDefault();
        if (session is null) return null;
        var active = await transaction.QueryAsync(Active, row => row.GetGuid("id"), id);
        return active.Count == 0 ? session : session with { Active = active[0] };
    }

    /// <summary>Adds what <paramref name="source"/> brings, unless it has brought it already.</summary>
    public async Task AddAsync(
        ITransaction transaction, LockedSession session, Guid source, IReadOnlyList<SessionMessage> messages)
    {
        var known = await transaction.QueryAsync(
            "SELECT 1 FROM messages WHERE session_id = $1 AND source_id = $2 LIMIT 1", _ => true, session.Id, source);
        if (known.Count > 0) return;
        var bytes = 0L;
        for (var i = 0; i < messages.Count; i++)
        {
            var content = JsonSerializer.Serialize(
                messages[i] with { Ordinal = 0, CreatedAt = null }, ContractsJson.Options);
            await transaction.ExecuteAsync(
                add, session.Id, session.LastOrdinal + 1 + i, source, i, messages[i].GenerationId, messages[i].Role.ToString(), content);
            bytes += Encoding.UTF8.GetByteCount(content);
        }
        await TouchAsync(transaction, session.Id, session.LastOrdinal + messages.Count, bytes);
    }

    /// <summary>
    /// The request that made a session of the tenant, without a lock: it never changes. Two copies onto each other
    /// would wait for each other.
    /// </summary>
    public static async Task<Guid?> OriginAsync(ITransaction transaction, string tenant, Guid id)
    {
        var found = await transaction.QueryAsync(
            "SELECT origin_id FROM sessions WHERE id = $1 AND tenant = $2", row => row.GetOnly<Guid>(), id, tenant);
        return found.Count == 0 ? null : found[0];
    }

    /// <summary>
    /// A request as a change of one session: the same request id of another tenant or session is another change.
    /// </summary>
    public static Guid ChangeOf(string tenant, Guid session, Guid request) =>
        NamedId.Of(Changes, $"{tenant}/{session}/{request}");

    /// <summary>Whether a change has been made. Ask behind the session's lock.</summary>
    public static async Task<bool> IsDoneAsync(ITransaction transaction, Guid change) =>
        (await transaction.QueryAsync(
            "SELECT 1 FROM session_changes WHERE request_id = $1", _ => true, change)).Count > 0;

    public Task MarkDoneAsync(ITransaction transaction, Guid change) => transaction.ExecuteAsync(done, change);

    public Task TouchAsync(ITransaction transaction, Guid id, long lastOrdinal, long bytes = 0) =>
        transaction.ExecuteAsync(touch, id, lastOrdinal, bytes);

    /// <summary>Counts anew what is in a session.</summary>
    public Task MeasureAsync(ITransaction transaction, Guid id) => transaction.ExecuteAsync(measure, id);

    public static async Task RemoveAsync(ITransaction transaction, Guid id)
    {
        await transaction.ExecuteAsync("DELETE FROM messages WHERE session_id = $1", id);
        await transaction.ExecuteAsync("DELETE FROM sessions WHERE id = $1", id);
    }

    /// <summary>A message from a row of ordinal, content and time.</summary>
    public static SessionMessage Read(Row row) =>
        JsonSerializer.Deserialize<SessionMessage>(row.GetString("content"), ContractsJson.Options)! with
        {
            Ordinal = row.GetInt64("ordinal"),
            CreatedAt = row.GetTime("created_at"),
        };

    private static LockedSession ReadLockedSession(Row row) => new(
        row.GetGuid("id"),
        row.GetString("tenant"),
        JsonSerializer.Deserialize<SessionSettings>(row.GetString("settings"), ContractsJson.Options)!,
        row.GetInt64("last_ordinal"),
        row.GetInt64("last_turn"),
        null);
}
