using MassTransit;
using Millrace.Engine.Requests;

namespace Millrace.Worker.Messaging;

/// <summary>Gives an outgoing message what it carries of the request.</summary>
internal static class CorrelatedContext
{
    public static void Apply(this SendContext context, Correlation? correlation)
    {
        if (correlation is null) return;
        if (correlation.ConversationId is { } conversation) context.ConversationId = conversation;
        if (correlation.InitiatorId is { } initiator) context.InitiatorId = initiator;
        if (correlation.Headers is not { } headers) return;
        foreach (var (name, value) in headers) context.Headers.Set(name, value);
    }
}
