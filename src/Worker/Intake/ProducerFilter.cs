using MassTransit;
using MassTransit.Context;

namespace Millrace.Worker.Intake;

/// <summary>
/// Stands before every consumer of what producers send: a message goes on as its sender may send it, or not at all. What is refused stands in the error queue
/// with the reason.
/// </summary>
internal sealed class ProducerFilter<T>(ProducerAccounts accounts, ProducerCheck check) : IFilter<ConsumeContext<T>>
    where T : class
{
    public async Task Send(ConsumeContext<T> context, IPipe<ConsumeContext<T>> next)
    {
        var sender = accounts.SenderOf(context);
        if (sender is { Tenant: null, Refusal: null })
        {
            await next.Send(context);
            return;
        }
        var allowed = await check.AllowedAsync(sender, context.Message, context.CancellationToken);
        if (allowed is not null) await next.Send(new MessageConsumeContext<T>(context, allowed));
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("producers");
}
