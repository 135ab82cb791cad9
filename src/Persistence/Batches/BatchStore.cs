using System.Text.Json;
using Millrace.Persistence.Commit;
using Millrace.Persistence.Files;
using Millrace.Persistence.Model;
using Millrace.Persistence.Sql;

namespace Millrace.Persistence.Batches;

/// <summary>Batches as their owners see them, each tenant's its own.</summary>
public sealed class BatchStore(IDatabase database, DatabaseOutage outage)
{
    internal const string Columns = """
        id, tenant, state, endpoint, input_file_id, channel, defaults, metadata, weight, "window", output_kept,
        budget_nanos, spent_nanos, reserved_nanos, has_cost, total, completed, failed, last_position, input_tokens,
        cached_tokens, output_tokens, reasoning_tokens, faults, owner, epoch, created_at, expires_at, begun_at,
        stopping_at, finished_at, told_at, announced_at
        """;

    private readonly string add = $"""
        INSERT INTO batches (id, tenant, state, endpoint, input_file_id, channel, defaults, metadata, weight, "window",
            output_kept, budget_nanos, spent_nanos, reserved_nanos, has_cost, total, completed, failed, last_position,
            input_tokens, cached_tokens, output_tokens, reasoning_tokens, epoch, created_at, expires_at, told_at)
        VALUES ($1, $2, '{BatchState.Validating}', $3, $4, $5, {database.Sql.Json("$6")}, {database.Sql.Json("$7")}, $8,
            $9, $10, $11, 0, 0, true, 0, 0, 0, 0, 0, 0, 0, 0, 0, {database.Sql.Now}, {database.Sql.NowPlus("$9")},
            {database.Sql.Now})
        ON CONFLICT (id) DO NOTHING
        """;

    private readonly string cancel = $"""
        UPDATE batches SET
            state = CASE WHEN state = '{BatchState.Validating}'
                THEN '{BatchState.Cancelled}' ELSE '{BatchState.Cancelling}' END,
            stopping_at = coalesce(stopping_at, {database.Sql.Now}), epoch = epoch + 1,
            finished_at = CASE WHEN state = '{BatchState.Validating}' THEN {database.Sql.Now} END
        WHERE id = $1 AND tenant = $2 AND state IN {BatchStates.Cancellable}
        """;

    // Of those that are out; who runs them hears of it at the next heartbeat, and the sweeper ends the rest
    internal string StopLines { get; } = $"""
        INSERT INTO cancellations (generation_id, reason, rollback, requested_at)
        SELECT generation_id, $2, false, {database.Sql.Now} FROM batch_lines
        WHERE batch_id = $1 AND state = '{BatchLineState.Released}'
        ON CONFLICT (generation_id) DO NOTHING
        """;

    /// <summary>Makes a batch. The same id again is the same batch, whatever else is given.</summary>
    public async Task<Batch> AddAsync(NewBatch batch, CancellationToken cancellation)
    {
        await outage.ExecuteAsync(
            add, cancellation, batch.Id, batch.Tenant, batch.Endpoint, batch.InputFileId, batch.Channel,
            JsonSerializer.Serialize(batch.Defaults, JsonSerializerOptions.Web),
            batch.Metadata is null ? null : JsonSerializer.Serialize(batch.Metadata), batch.Weight,
            (long)batch.Window.TotalMilliseconds, batch.OutputKept is { } kept ? (long?)kept.TotalMilliseconds : null,
            Nanos.Of(batch.Budget));
        return (await FindAsync(batch.Tenant, batch.Id, cancellation))!;
    }

    /// <summary>The batch, or null if this tenant has none of that id.</summary>
    public Task<Batch?> FindAsync(string tenant, Guid id, CancellationToken cancellation) =>
        outage.FindAsync($"SELECT {Columns} FROM batches WHERE id = $1 AND tenant = $2", Read, cancellation, id, tenant);

    /// <summary>A tenant's batches, the latest first.</summary>
    public Task<List<Batch>> ListAsync(string tenant, ListCursor? after, int limit, CancellationToken cancellation)
    {
        var behind = after is null ? "" : " AND (created_at, id) < ($3, $4)";
        object?[] place = after is null ? [] : [database.Sql.Time(after.CreatedAt), after.Id];
        return outage.QueryAsync(
            $"SELECT {Columns} FROM batches WHERE tenant = $1{behind} ORDER BY created_at DESC, id DESC LIMIT $2", Read,
            cancellation, [tenant, limit, .. place]);
    }

    /// <summary>
    /// Ends a batch: what has ended stays, what is out is stopped, the rest never runs. Null if this tenant has none of
    /// that id; one that has ended stays as it is.
    /// </summary>
    public async Task<Batch?> CancelAsync(string tenant, Guid id, CancellationToken cancellation)
    {
        await outage.TransactAsync(async transaction =>
        {
            if (await transaction.ExecuteAsync(cancel, id, tenant) > 0)
                await transaction.ExecuteAsync(StopLines, id, "Its batch was cancelled.");
            return true;
        }, cancellation);
        return await FindAsync(tenant, id, cancellation);
    }

    internal static Batch Read(Row row) => new()
    {
        Id = row.GetGuid("id"),
        Tenant = row.GetString("tenant"),
        State = row.GetString("state"),
        Endpoint = row.GetStringOrNull("endpoint"),
        InputFileId = row.GetGuid("input_file_id"),
        Channel = row.GetString("channel"),
        Defaults = row.GetString("defaults"),
        Metadata = row.GetStringOrNull("metadata"),
        Weight = row.GetInt32("weight"),
        Window = row.GetInt64("window"),
        OutputKept = row.GetInt64OrNull("output_kept"),
        BudgetNanos = row.GetInt64OrNull("budget_nanos"),
        SpentNanos = row.GetInt64("spent_nanos"),
        ReservedNanos = row.GetInt64("reserved_nanos"),
        HasCost = row.GetBoolean("has_cost"),
        Total = row.GetInt64("total"),
        Completed = row.GetInt64("completed"),
        Failed = row.GetInt64("failed"),
        LastPosition = row.GetInt64("last_position"),
        InputTokens = row.GetInt64("input_tokens"),
        CachedTokens = row.GetInt64("cached_tokens"),
        OutputTokens = row.GetInt64("output_tokens"),
        ReasoningTokens = row.GetInt64("reasoning_tokens"),
        Faults = row.GetStringOrNull("faults"),
        Owner = row.GetGuidOrNull("owner"),
        Epoch = row.GetInt32("epoch"),
        CreatedAt = row.GetTime("created_at"),
        ExpiresAt = row.GetTime("expires_at"),
        BegunAt = row.GetTimeOrNull("begun_at"),
        StoppingAt = row.GetTimeOrNull("stopping_at"),
        FinishedAt = row.GetTimeOrNull("finished_at"),
        ToldAt = row.GetTime("told_at"),
        AnnouncedAt = row.GetTimeOrNull("announced_at"),
    };
}
