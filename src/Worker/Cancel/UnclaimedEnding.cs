using System.Text.Json;
using Millrace.Contracts;
using Millrace.Persistence;
using Millrace.Worker.Chunks;
using Millrace.Worker.Events;
using Millrace.Worker.Lanes;
using Millrace.Worker.Runs;
using Millrace.Worker.Sessions;
using Millrace.Worker.Telemetry;
using Millrace.Worker.Tools;

namespace Millrace.Worker.Cancel;

/// <summary>Ends generations that nobody runs: cancelled or expired while they were queued or parked.</summary>
internal sealed class UnclaimedEnding(
    CancelStore store, StepStore steps, TurnStore turns, TicketSender tickets, ChunkLog log, Announcer announcer, FleetMetrics metrics)
{
    /// <summary>False when a worker runs it, it has ended, or it is not known.</summary>
    public async Task<bool> CancelAsync(Guid generation, CancellationToken cancellation)
    {
        if (await store.FindAsync(generation, cancellation) is not { } row) return false;
        var reason = await store.ReasonAsync(generation, cancellation);
        var done = row.HasSteps ? await AbandonCallsAsync(row, cancellation) : [];
        var (text, last) = await TextAsync(generation, cancellation);
        var terminal = new GenerationCancelled
        {
            GenerationId = generation,
            SessionId = row.SessionId,
            Reason = reason,
            PartialText = text,
            Usage = done.Select(step => step.Usage).Aggregate((TokenUsage?)null, TokenCounts.Add),
            Attempts = row.Attempt,
            LastSequence = last,
            Timings = Timings(row),
        };
        // One that was still behind others has not begun its turn, and leaves nothing; the text of one that waits for its tools is its last step's
        var reply = row.State == GenerationState.Waiting || done.Count > 0 ? null : Reply(row, text ?? "");
        return await EndAsync(row, GenerationState.Cancelled, last, terminal, done, reply, cancellation);
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
            Failures = row.Failures is null ? null : JsonSerializer.Deserialize<List<AttemptFailure>>(row.Failures, ContractsJson.Options),
            PartialText = text,
            LastSequence = last,
            Timings = Timings(row),
        };
        return await EndAsync(row, GenerationState.Failed, last, terminal, [], text is null ? null : Reply(row, text), cancellation);
    }

    /// <summary>Ends the calls that it waits for, and gives its steps for the transcript.</summary>
    private async Task<IReadOnlyList<RunStep>> AbandonCallsAsync(Unclaimed row, CancellationToken cancellation)
    {
        await store.AbandonCallsAsync(row.Id, row.Epoch, StepCall.Json(RunStep.EndedFirst), cancellation);
        var calls = await steps.CallsAsync(row.Id, cancellation);
        return [.. (await steps.StepsAsync(row.Id, cancellation)).Select(step => RunStep.Of(step, calls))];
    }

    private async Task<bool> EndAsync<T>(
        Unclaimed row, string state, long last, T terminal, IReadOnlyList<RunStep> done, SessionMessage? reply, CancellationToken cancellation)
    {
        var outcome = JsonSerializer.Serialize(terminal, ContractsJson.Options);
        if (!await WriteAsync(row, state, outcome, last, done, reply, cancellation)) return false;
        metrics.Ended(LaneLabel.Of(row.Lane), state, (terminal as GenerationFailed)?.Reason, (row.Now - row.ReceivedAt).TotalSeconds);
        await announcer.AnnounceAsync(new Announcement(row.Id, row.Channel, state, outcome), cancellation);
        return true;
    }

    private async Task<bool> WriteAsync(
        Unclaimed row, string state, string outcome, long last, IReadOnlyList<RunStep> done, SessionMessage? reply, CancellationToken cancellation)
    {
        if (row.SessionId is null) return await store.EndAsync(row.Id, row.Epoch, state, outcome, last, cancellation);
        var request = JsonSerializer.Deserialize<GenerateRequested>(row.Request, ContractsJson.Options)!;
        var end = await turns.EndAsync(row, state, outcome, last, Turn.Messages(request, done, reply), cancellation);
        if (end.Next is { } next) await tickets.SendAsync(next.Id, next.Lane, cancellation);
        return end.Held;
    }

    private static SessionMessage Reply(Unclaimed row, string text) => Turn.Reply(row.Id, text, row.Provider, row.Model) with { Partial = true };

    private async Task<(string? Text, long Last)> TextAsync(Guid generation, CancellationToken cancellation)
    {
        var chunks = await log.ReadAsync(generation, 0, int.MaxValue, cancellation);
        var text = ChunkPayload.TextOf(chunks.Select(chunk => ChunkPayload.ToEvent(chunk, null)));
        return (text.Length == 0 ? null : text, chunks.Count == 0 ? 0 : chunks[^1].Sequence);
    }

    private static GenerationTimings Timings(Unclaimed row) => new() { TotalMs = (row.Now - row.ReceivedAt).TotalMilliseconds };
}
