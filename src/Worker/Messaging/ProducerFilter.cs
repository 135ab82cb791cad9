using MassTransit;
using MassTransit.Context;
using Millrace.Contracts;

namespace Millrace.Worker.Messaging;

/// <summary>
/// Stands before every consumer of what producers send: a message goes on as its sender may send it, or not at all. What is refused stands in the error queue
/// with the reason.
/// </summary>
internal sealed class ProducerFilter<T>(ProducerAccounts accounts, ProducerCheck check, Rejections rejections) : IFilter<ConsumeContext<T>>
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
        if (await AllowedAsync(sender, context) is { } allowed) await next.Send(new MessageConsumeContext<T>(context, allowed));
    }

    private async Task<T?> AllowedAsync(Sender sender, ConsumeContext<T> context)
    {
        try
        {
            return await check.AllowedAsync(sender, context.Message, context.CancellationToken);
        }
        catch (ForbiddenMessageException refusal) when (context.Message is GenerateRequested)
        {
            await rejections.SendAsync(context.ReceiveContext, RejectionReason.Forbidden, refusal.Message, context.CancellationToken);
            throw;
        }
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("producers");
}
