using Millrace.Contracts;
using Millrace.Persistence.Commit;
using Millrace.Persistence.Generations;
using Millrace.Persistence.Model;
using Millrace.Persistence.Sql;

namespace Millrace.Persistence.Sessions;

/// <summary>
/// The turns of sessions: at most one is queued, parked or running, the others wait in order of arrival. Each write
/// locks the session's row before any other, so that order and transcript are nobody's guess, and commits state and
/// messages together.
/// </summary>
public sealed class TurnStore(
    IDatabase database, SerializedTransactions transactions, IntakeStore intake, RunStore runs, CancelStore cancels)
{
    /// <summary>Why an interrupted turn is cancelled.</summary>
    public const string Interruption = "A later request interrupted its session.";

    private readonly SessionRows rows = new(database);

    private readonly string cancel = $"""
        INSERT INTO cancellations (generation_id, reason, rollback, requested_at)
            VALUES ($1, $2, $3, {database.Sql.Now})
        ON CONFLICT (generation_id) DO UPDATE SET rollback = cancellations.rollback OR excluded.rollback
        """;

    private readonly string promote = $"""
        UPDATE generations SET state = '{GenerationState.Queued}', nudged_at = {database.Sql.Now}
        WHERE id = (SELECT id FROM generations
            WHERE session_id = $1 AND turn IS NOT NULL AND finished_at IS NULL AND state = '{GenerationState.Waiting}'
                ORDER BY goes_first DESC, turn LIMIT 1)
            AND NOT EXISTS (SELECT 1 FROM generations a
                WHERE a.session_id = $1 AND a.turn IS NOT NULL AND a.finished_at IS NULL
                AND a.state <> '{GenerationState.Waiting}')
        RETURNING id, lane
        """;

    /// <summary>Stores a turn, or finds the generation that has its id.</summary>
    public Task<StoredTurn> AcceptAsync(NewTurn turn, CancellationToken cancellation) =>
        transactions.RunAsync(turn.SessionId, transaction => AcceptAsync(transaction, turn), cancellation);

    /// <summary>Ends the turn that the fence holds: terminal state, its messages, and the next one's turn.</summary>
    public Task<TurnEnd> FinishAsync(
        Fence fence, TerminalWrite ending, Guid session, IReadOnlyList<SessionMessage> messages,
        CancellationToken cancellation) =>
        EndAsync(fence.GenerationId, session, runs.Finish, RunStore.Values(fence, ending), messages, cancellation);

    /// <summary>Ends a turn that nobody runs.</summary>
    public Task<TurnEnd> EndAsync(
        Unclaimed turn, TerminalWrite ending, IReadOnlyList<SessionMessage> messages, CancellationToken cancellation) =>
        EndAsync(
            turn.Id, turn.SessionId!.Value, cancels.End, CancelStore.Values(turn.Id, turn.Epoch, ending), messages,
            cancellation);

    /// <remarks>1 who has the id? · 2 the session, locked · 3 admit · 4 whom it interrupts · 5 its place</remarks>
    private async Task<StoredTurn> AcceptAsync(ITransaction transaction, NewTurn turn)
    {
        // 1
        if (await FindAsync(transaction, turn) is { } known) return new(known, null);

        // 2 Whoever had the lock may have stored the same request
        var isNew = await rows.CreateAsync(transaction, turn.SessionId, turn.Tenant, turn.First, turn.GenerationId);
        var session = (await rows.LockAsync(transaction, turn.SessionId))!;
        var stored = await FindAsync(transaction, turn);

        // 3 A refused request leaves no session behind
        var generation = stored is null ? turn.Admit(session) : null;
        if (generation?.State != GenerationState.Queued)
        {
            if (isNew) await SessionRows.RemoveAsync(transaction, turn.SessionId);
            return new(stored ?? await InsertAsync(transaction, generation!), null);
        }

        // 4
        var interrupts = session.Active is not null && turn.WhenBusy is WhenBusy.Interrupt or WhenBusy.Rollback;
        if (interrupts)
            await transaction.ExecuteAsync(cancel, session.Active, Interruption, turn.WhenBusy == WhenBusy.Rollback);

        // 5
        await transaction.ExecuteAsync(
            "UPDATE sessions SET last_turn = $2 WHERE id = $1", turn.SessionId, session.LastTurn + 1);
        var state = session.Active is null ? GenerationState.Queued : GenerationState.Waiting;
        var placed = generation with { State = state, Turn = session.LastTurn + 1, GoesFirst = interrupts };
        return new(await InsertAsync(transaction, placed), interrupts ? session.Active : null);
    }

    private Task<TurnEnd> EndAsync(
        Guid generation, Guid session, string end, object?[] values, IReadOnlyList<SessionMessage> messages, CancellationToken cancellation) =>
        transactions.RunAsync(session, async transaction =>
        {
            var locked = await rows.LockAsync(transaction, session);
            if ((await transaction.QueryAsync(end, Ended.Read, values)).SingleOrDefault() is not { } ended)
                return new TurnEnd(null, null);
            var rolledBack = (await transaction.QueryAsync(
                "SELECT rollback FROM cancellations WHERE generation_id = $1", row => row.GetOnly<bool>(), generation)).SingleOrDefault();
            if (locked is not null) await rows.AddAsync(transaction, locked, generation, rolledBack ? [] : messages);
            var next = await transaction.QueryAsync(promote, row => (row.GetGuid("id"), row.GetString("lane")), session);
            return new TurnEnd(ended, next.Count == 0 ? null : next[0]);
        }, cancellation);

    /// <summary>
    /// Who asks again is entered first: either that one is answered at the end, or the end is there to be seen.
    /// </summary>
    private static async Task<StoredGeneration?> FindAsync(ITransaction transaction, NewTurn turn)
    {
        if (turn.Requester is { } requester)
            await transaction.ExecuteAsync(IntakeStore.AddRequester, turn.GenerationId, turn.RequestHash, requester);
        return (await transaction.QueryAsync(IntakeStore.Find, IntakeStore.Read, turn.GenerationId)).SingleOrDefault();
    }

    private async Task<StoredGeneration> InsertAsync(ITransaction transaction, NewGeneration generation) =>
        (await transaction.QueryAsync(intake.Accept, IntakeStore.Read, intake.Values(generation))).Single();
}
