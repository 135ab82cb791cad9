using MassTransit;
using Millrace.Contracts;
using Millrace.Engine.Endings;
using Millrace.Engine.Failures;
using Millrace.Engine.Publishing;
using Millrace.Persistence.Generations;

namespace Millrace.Worker.Messaging;

/// <summary>
/// Records the wish, so that it holds whatever happens next, and ends the generation if nobody runs it. The worker that runs it hears
/// of it through <see cref="CancelBroadcastConsumer"/>, or at its next heartbeat.
/// </summary>
internal sealed class CancelConsumer(CancelStore store, UnclaimedCompletion unclaimed) : IConsumer<CancelGeneration>
{
    public async Task Consume(ConsumeContext<CancelGeneration> context)
    {
        var (generation, reason) = (context.Message.GenerationId, CancelReason.Of(context.Message.Reason));
        if (generation == Guid.Empty) throw new MalformedMessageException("GenerationId is the empty GUID; name the generation to cancel.");
        await store.RequestAsync(generation, reason, context.CancellationToken);
        await unclaimed.CancelAsync(generation, context.CancellationToken);
    }
}
