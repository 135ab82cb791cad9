using Millrace.Persistence.Commit;
using Millrace.Persistence.Model;
using Millrace.Persistence.Sql;

namespace Millrace.Persistence.Reuse;

/// <summary>
/// One provider call for all who ask the same at the same time, and for those who ask it again soon. The row of a key
/// says whose call it is; a generation that has not ended keeps it, whichever worker runs it.
/// </summary>
public sealed class SharedAnswerStore(IDatabase database, DatabaseOutage outage)
{
    // One that has gone on to a fallback asks another question now: who waits for the first one must ask it
    private const string Leave = "DELETE FROM shared_answers WHERE generation_id = $2 AND key <> $1";

    private readonly string claim = $"""
        INSERT INTO shared_answers (key, generation_id, made_at) VALUES ($1, $2, {database.Sql.Now})
        ON CONFLICT (key) DO NOTHING
        """;

    private readonly string holder = $"""
        SELECT generation_id FROM shared_answers WHERE key = $1 {database.Sql.ForUpdate}
        """;

    private readonly string standing = $"""
        SELECT state, CASE WHEN finished_at > {database.Sql.NowPlus("$2")} THEN 1 ELSE 0 END AS is_fresh, CASE
            WHEN erased_at IS NULL THEN outcome END AS outcome, lane FROM generations WHERE id = $1
        """;

    private readonly string take = $"""
        UPDATE shared_answers SET generation_id = $2, made_at = {database.Sql.Now} WHERE key = $1
        """;

    private const string Wait = """
        INSERT INTO answer_waits (generation_id, key) VALUES ($1, $2) ON CONFLICT (generation_id) DO UPDATE
            SET key = excluded.key
        """;

    private const string Waiting = """
        SELECT w.generation_id FROM answer_waits w JOIN shared_answers s ON s.key = w.key WHERE s.generation_id = $1
        """;

    private readonly string wake = $"""
        UPDATE generations SET not_before = {database.Sql.Now}
        WHERE state = '{GenerationState.Parked}' AND id IN ({Waiting})
        """;

    private const string Forget = $"DELETE FROM answer_waits WHERE generation_id IN ({Waiting})";

    private const string ForgetEnded = """
        DELETE FROM answer_waits WHERE generation_id IN (
            SELECT g.id FROM answer_waits w JOIN generations g ON g.id = w.generation_id
            WHERE g.finished_at IS NOT NULL)
        """;

    /// <summary>Says where a generation's answer comes from.</summary>
    /// <param name="key">What it asks.</param>
    /// <param name="generation">Who asks.</param>
    /// <param name="within">How old a recorded answer may be.</param>
    /// <param name="mayWait">Nobody waits for it, so it may wait for one that is bulk work or parked itself.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public Task<AnswerSource> FindAsync(
        byte[] key, Guid generation, TimeSpan within, bool mayWait, CancellationToken cancellation) =>
        outage.TransactAsync<AnswerSource>(async transaction =>
        {
            await transaction.ExecuteAsync(Leave, key, generation);
            if (await transaction.ExecuteAsync(claim, key, generation) > 0) return new AnswerSource.Own();
            var held = (await transaction.QueryAsync(holder, row => row.GetOnly<Guid>(), key)).SingleOrDefault();
            if (held == generation) return new AnswerSource.Own();
            var found = await transaction.QueryAsync(standing, Other.Read, held, -(long)within.TotalMilliseconds);
            var other = found.SingleOrDefault();
            if (other is { State: GenerationState.Completed, IsFresh: true, Outcome: { } outcome })
                return new AnswerSource.Recorded(held, outcome);
            if (other is { HasEnded: false } && (mayWait || !other.KeepsItsTime))
            {
                await transaction.ExecuteAsync(Wait, generation, key);
                return new AnswerSource.Awaited();
            }
            // It has failed, is too old or gone, or keeps its time when somebody waits
            await transaction.ExecuteAsync(take, key, generation);
            return new AnswerSource.Own();
        }, cancellation);

    /// <summary>Lets those go on that wait for a generation that has ended.</summary>
    public Task WakeAsync(Guid generation, CancellationToken cancellation) =>
        outage.TransactAsync(async transaction =>
        {
            await transaction.ExecuteAsync(wake, generation);
            return await transaction.ExecuteAsync(Forget, generation);
        }, cancellation);

    /// <summary>Removes what nobody can ask for any more.</summary>
    public async Task ForgetAsync(TimeSpan longest, CancellationToken cancellation)
    {
        await database.ExecuteAsync(
            $"DELETE FROM shared_answers WHERE made_at < {database.Sql.NowPlus("$1")}", cancellation,
            -(long)longest.TotalMilliseconds);
        await database.ExecuteAsync(ForgetEnded, cancellation);
    }

    /// <summary>The generation whose answer it is, or will be.</summary>
    private sealed record Other(string State, bool IsFresh, string? Outcome, string Lane)
    {
        public bool HasEnded => GenerationState.IsTerminal(State);

        /// <summary>It may take longer than somebody who waits would.</summary>
        public bool KeepsItsTime => State == GenerationState.Parked || Lane.EndsWith(".bulk", StringComparison.Ordinal);

        public static Other Read(Row row) => new(
            row.GetString("state"),
            row.GetInt32("is_fresh") == 1,
            row.GetStringOrNull("outcome"),
            row.GetString("lane"));
    }
}
