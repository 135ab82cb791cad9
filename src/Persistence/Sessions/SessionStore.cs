using System.Text.Json;
using Millrace.Contracts;
using Millrace.Persistence.Commit;
using Millrace.Persistence.Model;
using Millrace.Persistence.Quotas;
using Millrace.Persistence.Sql;
using Millrace.Persistence.Usage;

namespace Millrace.Persistence.Sessions;

/// <summary>
/// Sessions and their transcripts. What changes one is refused while a generation runs or waits in it.
/// </summary>
public sealed class SessionStore(IDatabase database, DatabaseOutage outage, SerializedTransactions transactions)
{
    // Ordinals have no gaps from a session's first message to its last: counting the messages each time would make a
    // long import quadratic
    private const string Columns = $"""
        SELECT s.id, s.tenant, s.settings, s.last_ordinal, s.created_at, s.updated_at,
            coalesce(s.last_ordinal - (SELECT min(m.ordinal) FROM messages m WHERE m.session_id = s.id) + 1, 0)
                AS message_count,
            (SELECT g.id FROM generations g
                WHERE g.session_id = s.id AND g.turn IS NOT NULL AND g.finished_at IS NULL
                    AND g.state <> '{GenerationState.Waiting}'
                LIMIT 1) AS active,
            (SELECT count(*) FROM generations g
                WHERE g.session_id = s.id AND g.turn IS NOT NULL AND g.finished_at IS NULL
                    AND g.state = '{GenerationState.Waiting}') AS waiting
        FROM sessions s
        """;

    private const string Page = """
        SELECT ordinal, content, created_at FROM messages WHERE session_id = $1 AND ordinal > $2
        ORDER BY ordinal LIMIT $3
        """;

    private const string Latest = Columns + """

        WHERE s.tenant = $1 AND (s.updated_at, s.id) < (SELECT a.updated_at, a.id FROM sessions a WHERE a.id = $2)
        ORDER BY s.updated_at DESC, s.id DESC LIMIT $3
        """;

    private readonly SessionRows rows = new(database);

    private readonly string copy = $"""
        INSERT INTO messages (session_id, ordinal, source_id, position, generation_id, role, content, created_at)
        SELECT $2, ordinal, source_id, position, generation_id, role, content, created_at FROM messages
        WHERE session_id = $1 AND ordinal <= $3
        """;

    private const string Used = $"SELECT {UsageStore.Sums} FROM generations WHERE session_id = $1 AND tenant = $2";

    /// <summary>The session with what it used, or null if the tenant has none of that id.</summary>
    public async Task<SessionDescription?> FindAsync(string tenant, Guid id, CancellationToken cancellation)
    {
        var found = await outage.FindAsync(
            $"{Columns} WHERE s.id = $1 AND s.tenant = $2", Describe, cancellation, id, tenant);
        return found is null ? null : found with { Usage = await UsageAsync(tenant, id, cancellation) };
    }

    /// <summary>Whose session has the id; null if none has it.</summary>
    public Task<string?> OwnerAsync(Guid id, CancellationToken cancellation) =>
        outage.FindAsync("SELECT tenant FROM sessions WHERE id = $1", row => row.GetOnly<string>(), cancellation, id);
    /// <summary>How many sessions a tenant has, and how many bytes are in them.</summary>
    public async Task<StoredAmount> KeptAsync(string tenant, CancellationToken cancellation) =>
        (await outage.QueryAsync(
            "SELECT count(*) AS number, CAST(coalesce(sum(bytes), 0) AS bigint) AS bytes FROM sessions WHERE tenant = $1",
            row => new StoredAmount(row.GetInt64("number"), row.GetInt64("bytes")), cancellation, tenant)).Single();

    /// <summary>How many bytes are in a session; null if the tenant has none of that id.</summary>
    public async Task<long?> BytesAsync(string tenant, Guid id, CancellationToken cancellation)
    {
        var found = await outage.QueryAsync(
            "SELECT bytes FROM sessions WHERE id = $1 AND tenant = $2", row => row.GetOnly<long>(), cancellation, id,
            tenant);
        return found.Count > 0 ? found[0] : null;
    }

    private async Task<SessionUsage> UsageAsync(string tenant, Guid id, CancellationToken cancellation)
    {
        var used = (await outage.QueryAsync(Used, row => UsageStore.Read(row, 0), cancellation, id, tenant)).Single();
        return new()
        {
            Generations = used.Generations,
            InputTokens = used.InputTokens,
            OutputTokens = used.OutputTokens,
            Cost = used.Cost,
            WithoutPrice = used.WithoutPrice,
        };
    }

    /// <summary>The tenant's sessions, the latest used first, after one of them, which must be there.</summary>
    public Task<List<SessionDescription>> ListAsync(
        string tenant, Guid? after, int limit, CancellationToken cancellation) =>
        outage.WaitOutAsync(token => after is { } cursor
            ? database.QueryAsync(Latest, Describe, token, tenant, cursor, limit)
            : database.QueryAsync($"{Columns} WHERE s.tenant = $1 ORDER BY s.updated_at DESC, s.id DESC LIMIT $2", Describe, token, tenant, limit), cancellation);

    /// <summary>Messages after an ordinal, in order.</summary>
    public Task<List<SessionMessage>> MessagesAsync(Guid id, long after, int limit, CancellationToken cancellation) =>
        outage.QueryAsync(Page, SessionRows.Read, cancellation, id, after, limit);

    /// <summary>Makes a session with its messages; one that exists in the tenant is left as it is.</summary>
    public Task<SessionProblem?> CreateAsync(
        string tenant, Guid id, SessionSettings settings, IReadOnlyList<SessionMessage> messages, Guid request,
        CancellationToken cancellation) =>
        transactions.RunAsync<SessionProblem?>(id, async transaction =>
        {
            var isNew = await rows.CreateAsync(transaction, id, tenant, settings, request);
            var session = (await rows.LockAsync(transaction, id))!;
            if (session.Tenant != tenant) return SessionProblem.Exists;
            if (isNew) await rows.AddAsync(transaction, session, request, messages);
            return null;
        }, cancellation);

    /// <summary>Adds messages, once for each request.</summary>
    public Task<SessionProblem?> AppendAsync(
        string tenant, Guid id, IReadOnlyList<SessionMessage> messages, Guid request, CancellationToken cancellation) =>
        ChangeAsync(
            tenant, id, request, (transaction, session) => rows.AddAsync(transaction, session, request, messages),
            cancellation);

    /// <summary>Removes the messages; the next one's ordinal goes on.</summary>
    public Task<SessionProblem?> ClearAsync(string tenant, Guid id, Guid request, CancellationToken cancellation) =>
        ChangeAsync(tenant, id, request, async (transaction, session) =>
        {
            await transaction.ExecuteAsync("DELETE FROM messages WHERE session_id = $1", id);
            await rows.TouchAsync(transaction, id, session.LastOrdinal);
            await rows.MeasureAsync(transaction, id);
        }, cancellation);

    /// <summary>Removes the session and its messages.</summary>
    public Task<SessionProblem?> DeleteAsync(string tenant, Guid id, Guid request, CancellationToken cancellation) =>
        ChangeAsync(tenant, id, request, (transaction, _) => SessionRows.RemoveAsync(transaction, id), cancellation);

    /// <summary>
    /// Copies a session, up to an ordinal, under a new id; also while it is busy: what is in the transcript is final.
    /// </summary>
    public Task<SessionProblem?> ForkAsync(
        string tenant, Guid id, Guid newId, long through, Guid request, CancellationToken cancellation) =>
        transactions.RunAsync<SessionProblem?>(id, async transaction =>
        {
            if (await rows.LockAsync(transaction, id) is not { } session || session.Tenant != tenant)
                return SessionProblem.NotFound;
            if (!await rows.CreateAsync(transaction, newId, tenant, session.Settings, request))
                return await SessionRows.OriginAsync(transaction, tenant, newId) == request
                    ? null
                    : SessionProblem.Exists;
            await transaction.ExecuteAsync(copy, id, newId, through);
            await rows.TouchAsync(transaction, newId, Math.Min(through, session.LastOrdinal));
            await rows.MeasureAsync(transaction, newId);
            return null;
        }, cancellation);

    /// <summary>
    /// Changes a free session of the tenant, once for each request: one that has been done is done, whatever has become
    /// of the session since. A request's id is its asker's choice, so it counts for that tenant and session alone.
    /// </summary>
    private Task<SessionProblem?> ChangeAsync(
        string tenant, Guid id, Guid request, Func<ITransaction, LockedSession, Task> change,
        CancellationToken cancellation) =>
        transactions.RunAsync<SessionProblem?>(id, async transaction =>
        {
            var session = await rows.LockAsync(transaction, id);
            if (session is not null && session.Tenant != tenant) return SessionProblem.NotFound;
            var made = SessionRows.ChangeOf(tenant, id, request);
            if (await SessionRows.IsDoneAsync(transaction, made)) return null;
            if (session is null) return SessionProblem.NotFound;
            if (session.Active is not null) return SessionProblem.Busy;
            await change(transaction, session);
            await rows.MarkDoneAsync(transaction, made);
            return null;
        }, cancellation);

    private SessionDescription Describe(Row row)
    {
        var settings = JsonSerializer.Deserialize<SessionSettings>(row.GetString("settings"), ContractsJson.Options)!;
        return new()
        {
            SessionId = row.GetGuid("id"),
            Tenant = row.GetString("tenant"),
            SystemPrompt = settings.SystemPrompt,
            Provider = settings.Provider,
            Model = settings.Model,
            Options = settings.Options,
            Metadata = settings.Metadata,
            LastOrdinal = row.GetInt64("last_ordinal"),
            CreatedAt = row.GetTime("created_at"),
            UpdatedAt = row.GetTime("updated_at"),
            MessageCount = row.GetInt64("message_count"),
            ActiveGeneration = row.GetGuidOrNull("active"),
            Waiting = row.GetInt64("waiting"),
        };
    }
}
