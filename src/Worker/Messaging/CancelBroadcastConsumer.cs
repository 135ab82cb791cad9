using MassTransit;
using Millrace.Contracts;
using Millrace.Engine.Execution;
using Millrace.Engine.Publishing;
using Millrace.Engine.Runs;

namespace Millrace.Worker.Messaging;

/// <summary>Every worker hears every cancel, so that the one that runs the generation ends its provider call at once.</summary>
internal sealed class CancelBroadcastConsumer(RunSet runs) : IConsumer<CancelGeneration>
{
    public Task Consume(ConsumeContext<CancelGeneration> context)
    {
        runs.Find(context.Message.GenerationId)?.Stop(StopCause.Cancelled, CancelReason.Of(context.Message.Reason));
        return Task.CompletedTask;
    }
}
