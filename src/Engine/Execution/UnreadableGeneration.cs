using System.Text.Json;
using Millrace.Contracts;
using Millrace.Engine.Dispatch;
using Millrace.Persistence.Announcements;
using Millrace.Persistence.Chunks;
using Millrace.Persistence.Generations;
using Millrace.Persistence.Model;
using Millrace.Persistence.Sessions;

namespace Millrace.Engine.Execution;

/// <summary>Ends a claimed generation of which what is stored cannot be read. The sweeper announces it; in a session the next turn begins.</summary>
public sealed partial class UnreadableGeneration(
    RunStore store, TurnStore turns, AnnouncementStore standings, ChunkLog chunks, TicketSender tickets, ILogger<UnreadableGeneration> log)
{
    public async Task EndAsync(Claim claim, JsonException fault)
    {
        var (id, cancellation) = (claim.Fence.GenerationId, CancellationToken.None);
        LogSpoilt(fault, id);
        var session = (await standings.StatusAsync(id, cancellation))?.SessionId;
        var last = (await chunks.TailAsync(id, cancellation))?.Sequence ?? 0;
        var terminal = new GenerationFailed
        {
            GenerationId = id,
            SessionId = session,
            Reason = FailureReason.Internal,
            Message = $"What is stored of the request cannot be read; a worker's log has it under {id}.",
            Retryable = false,
            Attempts = claim.Attempt - 1,
            LastSequence = last,
            Timings = new GenerationTimings(),
        };
        var ending = new TerminalWrite(GenerationState.Failed, JsonSerializer.Serialize(terminal, ContractsJson.Options), claim.Attempt - 1, null, last, null);
        if (session is not { } turnOf) await store.FinishAsync(claim.Fence, ending, cancellation);
        else if ((await turns.FinishAsync(claim.Fence, ending, turnOf, [], cancellation)).Next is { } next) await tickets.SendAsync(next.Id, next.Lane, cancellation);
    }

    [LoggerMessage(LogLevel.Error, "What is stored of {Generation} cannot be read; it ends here")]
    private partial void LogSpoilt(Exception fault, Guid generation);
}
