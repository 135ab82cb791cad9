using MassTransit;

namespace Millrace.Worker.Messaging;

/// <summary>
/// Stands before the place where MassTransit puts what no consumer takes: an envelope of another type, or what only says that it is one. No observer hears of
/// those. It comes before the acknowledgement, so that none is lost.
/// </summary>
internal sealed class SkippedFilter(Func<Rejections> rejections) : IFilter<ReceiveContext>
{
    public async Task Send(ReceiveContext context, IPipe<ReceiveContext> next)
    {
        await rejections().SkipAsync(context, context.CancellationToken);
        await next.Send(context);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("rejection");
}
