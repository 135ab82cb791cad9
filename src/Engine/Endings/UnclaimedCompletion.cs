using System.Text.Json;
using Millrace.Contracts;
using Millrace.Engine.Dispatch;
using Millrace.Engine.Publishing;
using Millrace.Engine.Requests;
using Millrace.Engine.Runs;
using Millrace.Engine.Sessions;
using Millrace.Engine.Telemetry;
using Millrace.Persistence.Announcements;
using Millrace.Persistence.Chunks;
using Millrace.Persistence.Generations;
using Millrace.Persistence.Model;
using Millrace.Persistence.Sessions;
using Millrace.Persistence.ToolCalls;

namespace Millrace.Engine.Endings;

/// <summary>Ends generations that nobody runs: cancelled or expired while they were queued or parked.</summary>
public sealed class UnclaimedCompletion(
    CancelStore store, StepStore steps, TurnStore turns, TicketSender tickets, ChunkLog log, Announcer announcer, FleetMetrics metrics)
{
    /// <summary>False when a worker runs it, it has ended, or it is not known.</summary>
    public async Task<bool> CancelAsync(Guid generation, CancellationToken cancellation)
    {
        if (await store.FindAsync(generation, cancellation) is not { } row) return false;
        var reason = await store.ReasonAsync(generation, cancellation);
        var done = row.HasSteps ? await AbandonCallsAsync(row, cancellation) : [];
        var (text, last) = await TextAsync(generation, cancellation);
        var cost = RunCost.OfRest(done, FailuresOf(row) ?? [], call: null);
        var terminal = new GenerationCancelled
        {
            GenerationId = generation,
            SessionId = row.SessionId,
            Reason = reason,
            PartialText = text,
            Usage = done.Select(step => step.Usage).Aggregate((TokenUsage?)null, TokenCounts.Add),
            Cost = cost,
            Attempts = row.Attempt,
            IgnoredMembers = Correlation.Read(row.Correlation)?.IgnoredMembers,
            LastSequence = last,
            Timings = Timings(row),
        };
        // One that was still behind others has not begun its turn, and leaves nothing; the text of one that waits for its tools is its last step's
        var reply = row.State == GenerationState.Waiting || done.Count > 0 ? null : Reply(row, text ?? "");
        var ending = new TerminalWrite(GenerationState.Cancelled, Json(terminal), row.Attempt, row.Failures, last, terminal.Usage) { CostNanos = Nanos.Of(cost) };
        return await EndAsync(row, ending, failure: null, done, reply, cancellation);
    }

    /// <inheritdoc cref="CancelAsync"/>
    public async Task<bool> ExpireAsync(Guid generation, CancellationToken cancellation)
    {
        if (await store.FindAsync(generation, cancellation) is not { } row) return false;
        var (text, last) = await TextAsync(generation, cancellation);
        var terminal = new GenerationFailed
        {
            GenerationId = generation,
            SessionId = row.SessionId,
            Reason = FailureReason.Expired,
            Message = "NotAfter passed before a provider could answer.",
            Retryable = false,
            Provider = row.Provider,
            Model = row.Model,
            Attempts = row.Attempt,
            Failures = FailuresOf(row),
            PartialText = text,
            IgnoredMembers = Correlation.Read(row.Correlation)?.IgnoredMembers,
            LastSequence = last,
            Timings = Timings(row),
        };
        var ending = new TerminalWrite(GenerationState.Failed, Json(terminal), row.Attempt, row.Failures, last, null);
        return await EndAsync(row, ending, terminal.Reason, [], text is null ? null : Reply(row, text), cancellation);
    }

    /// <summary>Ends the calls that it waits for, and gives its steps for the transcript.</summary>
    private async Task<IReadOnlyList<RunStep>> AbandonCallsAsync(Unclaimed row, CancellationToken cancellation)
    {
        await steps.AbandonCallsAsync(row.Id, row.Epoch, StepCall.Json(RunStep.EndedFirst), cancellation);
        var calls = await steps.CallsAsync(row.Id, cancellation);
        return [.. (await steps.StepsAsync(row.Id, cancellation)).Select(step => RunStep.Of(step, calls))];
    }

    private async Task<bool> EndAsync(
        Unclaimed row, TerminalWrite ending, FailureReason? failure, IReadOnlyList<RunStep> done, SessionMessage? reply, CancellationToken cancellation)
    {
        if (await WriteAsync(row, ending, done, reply, cancellation) is not { } ended) return false;
        metrics.Ended(LaneLabel.Of(row.Lane), ending.State, failure, (row.Now - row.ReceivedAt).TotalSeconds);
        var announcement = new Announcement(row.Id, row.Channel, ending.State, ending.Outcome) { Correlation = row.Correlation, Requesters = ended.Requesters };
        await announcer.AnnounceAsync(announcement, cancellation);
        return true;
    }

    private async Task<Ended?> WriteAsync(Unclaimed row, TerminalWrite ending, IReadOnlyList<RunStep> done, SessionMessage? reply, CancellationToken cancellation)
    {
        if (row.SessionId is null) return await store.EndAsync(row.Id, row.Epoch, ending, cancellation);
        var request = JsonSerializer.Deserialize<GenerateRequested>(row.Request, ContractsJson.Options)!;
        var end = await turns.EndAsync(row, ending, Turn.Messages(request, done, reply), cancellation);
        if (end.Next is { } next) await tickets.SendAsync(next.Id, next.Lane, cancellation);
        return end.Ended;
    }

    private static string Json<T>(T terminal) => JsonSerializer.Serialize(terminal, ContractsJson.Options);

    private static List<AttemptFailure>? FailuresOf(Unclaimed row) =>
        row.Failures is null ? null : JsonSerializer.Deserialize<List<AttemptFailure>>(row.Failures, ContractsJson.Options);

    private static SessionMessage Reply(Unclaimed row, string text) => Turn.Reply(row.Id, text, row.Provider, row.Model) with { Partial = true };

    private async Task<(string? Text, long Last)> TextAsync(Guid generation, CancellationToken cancellation)
    {
        var chunks = await log.ReadAsync(generation, 0, int.MaxValue, cancellation);
        var text = ChunkPayload.TextOf(chunks.Select(chunk => ChunkPayload.ToEvent(chunk, null)));
        return (text.Length == 0 ? null : text, chunks.Count == 0 ? 0 : chunks[^1].Sequence);
    }

    private static GenerationTimings Timings(Unclaimed row) => new() { TotalMs = (row.Now - row.ReceivedAt).TotalMilliseconds };
}
