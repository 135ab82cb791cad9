using MassTransit;
using MassTransit.Serialization;
using Millrace.Engine.Publishing;
using Millrace.Engine.Requests;

namespace Millrace.Worker.Messaging;

/// <summary>Gives an answer the ids and the form by which its requester knows it: MassTransit's request client, or any other client of AMQP.</summary>
internal static class AnswerPipe
{
    private static readonly SystemTextJsonRawMessageSerializer Plain = new(RawSerializerOptions.AddTransportHeaders);

    public static IPipe<SendContext<T>> Of<T>(Guid subject, Correlation? correlation, Requester requester) where T : class =>
        Pipe.Execute<SendContext<T>>(context =>
        {
            context.MessageId = EventIds.Of(subject, $"answer/{requester.Queue}/{requester.RequestId}/{requester.CorrelationId}");
            context.RequestId = requester.RequestId;
            context.Apply(correlation);
            if (context.TryGetPayload<RabbitMqSendContext>(out _)) context.SetRoutingKey(requester.Queue);
            if (requester.IsPlain) MakePlain(context, requester.CorrelationId);
            else context.CorrelationId = subject;
        });

    private static void MakePlain<T>(SendContext<T> context, string? correlationId) where T : class
    {
        context.Serializer = Plain;
        if (context.TryGetPayload<RabbitMqSendContext>(out var amqp))
            (amqp.BasicProperties.CorrelationId, amqp.BasicProperties.Type) = (correlationId, typeof(T).Name);
    }
}
