using Millrace.Persistence.Commit;
using Millrace.Persistence.Model;
using Millrace.Persistence.Sql;

namespace Millrace.Persistence.Generations;

/// <summary>One row per generation id, whoever asks for it and however often.</summary>
public sealed class IntakeStore(GroupCommit commit, IDatabase database)
{
    /// <summary>
    /// More than this many characters of requesters are too many for one generation; then the latest alone is answered.
    /// </summary>
    private const int LongestRequesters = 16 * 1024;

    // On a conflict the row comes back, so that one statement answers both cases; who asks again before the end is
    // answered, too.
    internal string Accept { get; } = $"""
        INSERT INTO generations (id, tenant, state, lane, candidate, provider, model, channel, session_id, request,
            request_hash, not_after, outcome, turn, goes_first, trace_parent, correlation, requesters, epoch, attempt,
            last_sequence, received_at, nudged_at, finished_at)
        VALUES ($1, $2, $3, $4, 0, $5, $6, $7, $8, {database.Sql.Json("$9")}, $10, $11, {database.Sql.Json("$12")}, $13,
            $14, $15, $16, $17, 0, 0, 0, {database.Sql.Now}, {database.Sql.Now},
            CASE WHEN $3 IN ('{GenerationState.Queued}', '{GenerationState.Held}', '{GenerationState.Waiting}')
                THEN NULL ELSE {database.Sql.Now} END)
        ON CONFLICT (id) DO UPDATE SET requesters = CASE
            WHEN excluded.requesters IS NULL OR generations.finished_at IS NOT NULL
                OR generations.request_hash <> excluded.request_hash THEN generations.requesters
            ELSE {Joined("excluded.requesters")} END
        RETURNING state, lane, request_hash,
            EXISTS (SELECT 1 FROM cancellations c WHERE c.generation_id = generations.id) AS is_cancelled
        """;

    internal static string AddRequester { get; } =
        $"UPDATE generations SET requesters = {Joined("$3")} WHERE id = $1 AND request_hash = $2 AND finished_at IS NULL";

    internal const string Find = """
        SELECT state, lane, request_hash,
            EXISTS (SELECT 1 FROM cancellations c WHERE c.generation_id = generations.id) AS is_cancelled
        FROM generations WHERE id = $1
        """;

    /// <summary>Stores the generation, or finds the one that has its id.</summary>
    public async Task<StoredGeneration> AcceptAsync(NewGeneration generation, CancellationToken cancellation) =>
        (await commit.RunAsync(Accept, Read, cancellation, Values(generation)))!;

    internal object?[] Values(NewGeneration generation) =>
    [
        generation.Id, generation.Tenant, generation.State, generation.Lane, generation.Provider, generation.Model,
        generation.Channel, generation.SessionId, generation.Request, generation.RequestHash,
        generation.NotAfter is { } time ? database.Sql.Time(time) : null,
        generation.Outcome, generation.Turn, generation.GoesFirst,
        generation.TraceParent, generation.Correlation, generation.Requester,
    ];

    /// <summary>The requesters with one more line.</summary>
    private static string Joined(string added) => $"""
        CASE WHEN generations.requesters IS NULL OR length(generations.requesters) > {LongestRequesters} THEN {added}
            ELSE generations.requesters || '{'\n'}' || {added} END
        """;

    internal static StoredGeneration Read(Row row) => new(
        row.GetString("state"),
        row.GetString("lane"),
        row.GetBytes("request_hash"),
        row.GetBoolean("is_cancelled"));
}
