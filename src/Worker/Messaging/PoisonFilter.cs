using MassTransit;
using Millrace.Engine.Poison;

namespace Millrace.Worker.Messaging;

/// <summary>Around everything that a queue's messages cause, their reading included: a message that kills whoever works on it is set aside, its sender hears of it, and the others go on.</summary>
internal sealed class PoisonFilter(string queue, MessageTrial trial, PoisonAnswers answers, PoisonReport report) : IFilter<ReceiveContext>
{
    public static void Use(IReceiveEndpointConfigurator endpoint, string queue, IServiceProvider services) => endpoint.ConfigureReceive(receive =>
    {
        // MassTransit's own way into the error queue lies further in, around the reading
        receive.UseRescue(Pipe.New<ExceptionReceiveContext>(pipe => pipe.SetAsideUnsigned()), rescue => rescue.Handle<PoisonMessageException>());
        receive.UseFilter(ActivatorUtilities.CreateInstance<PoisonFilter>(services, queue));
    });

    public async Task Send(ReceiveContext context, IPipe<ReceiveContext> next)
    {
        var body = context.Body.GetBytes();
        try
        {
            using var work = await trial.BeginAsync(queue, MessageDigest.Of(queue, body), context.Redelivered, context.CancellationToken);
            await next.Send(context);
        }
        catch (PoisonMessageException refusal)
        {
            await answers.TellAsync(queue, context, refusal.Message, context.CancellationToken);
            await report.MessageAsync(refusal.Work, context.CancellationToken);
            await trial.RefreshAsync(context.CancellationToken);
            throw;
        }
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("poison");
}
