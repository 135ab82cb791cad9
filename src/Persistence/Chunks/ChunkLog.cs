using Millrace.Persistence.Commit;
using Millrace.Persistence.Generations;
using Millrace.Persistence.Model;
using Millrace.Persistence.Sql;

namespace Millrace.Persistence.Chunks;

/// <summary>The chunk log: a chunk is durable here before anyone sees it.</summary>
public sealed class ChunkLog(GroupCommit commit, IDatabase database, DatabaseOutage outage)
{
    // The share lock keeps a new claim waiting until this commit, so the next owner sees every chunk of the last one.
    private readonly string append = $"""
        INSERT INTO chunks (generation_id, sequence, epoch, step, kind, payload, produced_at)
        SELECT g.id, $4, g.epoch, $5, $6, {database.Sql.Json("$7")}, {database.Sql.Now} FROM generations g
        WHERE g.id = $1 AND g.epoch = $2 AND g.owner = $3
            AND g.state = '{GenerationState.Running}' {database.Sql.ForShare}
        ON CONFLICT (generation_id, sequence) DO UPDATE SET epoch = excluded.epoch WHERE chunks.epoch = excluded.epoch
        RETURNING produced_at
        """;

    private const string Page = """
        SELECT generation_id, sequence, epoch, step, kind, payload, produced_at FROM chunks
        WHERE generation_id = $1 AND sequence > $2 ORDER BY sequence LIMIT $3
        """;

    private const string Last = """
        SELECT sequence, kind FROM chunks WHERE generation_id = $1 ORDER BY sequence DESC LIMIT 1
        """;

    /// <summary>Appends a chunk. Its time, or null when someone else owns the generation.</summary>
    public async Task<DateTimeOffset?> AppendAsync(Fence fence, NewChunk chunk, CancellationToken cancellation) =>
        (await commit.RunAsync(append, row => new Appended(row.GetOnlyTime()), cancellation,
            fence.GenerationId, fence.Epoch, fence.Owner, chunk.Sequence, chunk.Step, chunk.Kind, chunk.Payload))?.At;

    /// <summary>Chunks after a sequence, in order.</summary>
    public Task<List<Chunk>> ReadAsync(Guid generation, long after, int limit, CancellationToken cancellation) =>
        outage.QueryAsync(Page, Read, cancellation, generation, after, limit);

    /// <summary>The last chunk, or null if there is none.</summary>
    public Task<ChunkTail?> TailAsync(Guid generation, CancellationToken cancellation) =>
        outage.FindAsync(
            Last, row => new ChunkTail(row.GetInt64("sequence"), row.GetString("kind")), cancellation, generation);

    private Chunk Read(Row row) => new()
    {
        GenerationId = row.GetGuid("generation_id"),
        Sequence = row.GetInt64("sequence"),
        Epoch = row.GetInt32("epoch"),
        Step = row.GetInt32("step"),
        Kind = row.GetString("kind"),
        Payload = row.GetString("payload"),
        ProducedAt = row.GetTime("produced_at"),
    };

    private sealed record Appended(DateTimeOffset At);
}
