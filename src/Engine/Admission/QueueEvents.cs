using Millrace.Contracts;
using Millrace.Engine.Dispatch;
using Millrace.Engine.Publishing;
using Millrace.Engine.Requests;

namespace Millrace.Engine.Admission;

/// <summary>Tells who has asked that it will take a while.</summary>
public sealed class QueueEvents(QueueOutlook outlook, EventSender events, TimeProvider time)
{
    /// <summary>A shorter wait is not worth an event.</summary>
    private static readonly TimeSpan Noticeable = TimeSpan.FromMilliseconds(500);

    /// <summary>No request waits longer to be taken in because its requester is to be told that it waits.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    public async Task TellAsync(GenerateRequested request, string lane, Correlation? correlation, CancellationToken cancellation)
    {
        if (outlook.Join(lane) is not { } place || place.Wait < Noticeable) return;
        var queued = new GenerationQueued
        {
            GenerationId = request.GenerationId,
            SessionId = request.SessionId,
            Position = place.Position,
            ExpectedWaitMs = place.Wait?.TotalMilliseconds,
            QueuedAt = time.GetUtcNow(),
        };
        await events.SendWithinAsync(
            Patience, queued, request.GenerationId, RequestRules.ChannelOf(request), EventIds.Of(request.GenerationId, "queued"), correlation, cancellation);
    }
}
