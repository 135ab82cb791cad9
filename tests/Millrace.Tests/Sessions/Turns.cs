using Millrace.Contracts;
using Millrace.Persistence.Generations;
using Millrace.Persistence.Model;
using Millrace.Persistence.Sessions;
using Millrace.Tests.Persistence;

namespace Millrace.Tests.Sessions;

/// <summary>Turns as intake and runs make them, against a store.</summary>
internal static class Turns
{
    public static Task<StoredTurn> AskAsync(this Truth truth, Guid session, WhenBusy whenBusy = WhenBusy.Queue, Guid? id = null, string tenant = "default")
    {
        var generation = Rows.Queued() with { SessionId = session };
        if (id is { } given) generation = generation with { Id = given };
        var turn = new NewTurn(
            generation.Id, session, tenant, whenBusy, new SessionSettings("Be brief.", null, null), _ => generation with { Tenant = tenant });
        return truth.Turns.AcceptAsync(turn, CancellationToken.None);
    }

    /// <summary>Asks under an id of its own, which it returns with the state that the turn got.</summary>
    public static async Task<(Guid Id, string State)> AddTurnAsync(this Truth truth, Guid session, WhenBusy whenBusy = WhenBusy.Queue)
    {
        var id = Guid.CreateVersion7();
        return (id, (await truth.AskAsync(session, whenBusy, id)).Generation.State);
    }

    public static async Task<Claim> ClaimAsync(this Truth truth, Guid generation) =>
        (await truth.Runs.ClaimAsync(generation, Guid.NewGuid(), Rows.Lane, CancellationToken.None))!;

    public static Task<TurnEnd> EndAsync(this Truth truth, Claim claim, Guid session, string said) => truth.Turns.FinishAsync(
        claim.Fence, Rows.Completed(), session,
        [
            new SessionMessage { Role = MessageRole.User, Text = said + "?", GenerationId = claim.Fence.GenerationId },
            new SessionMessage { Role = MessageRole.Assistant, Text = said + "!", GenerationId = claim.Fence.GenerationId },
        ],
        CancellationToken.None);

    public static async Task<List<string>> TextsAsync(this Truth truth, Guid session) =>
        [.. (await truth.Sessions.MessagesAsync(session, 0, 100, CancellationToken.None)).Select(message => message.Text)];
}
