using MassTransit;

namespace Millrace.Worker.Messaging;

/// <summary>The properties by which AMQP's own clients know a message; all absent on the bus in memory.</summary>
internal sealed record AmqpProperties(string? MessageId, string? CorrelationId, string? ReplyTo)
{
    public static AmqpProperties Of(ReceiveContext context) => context.TryGetPayload<RabbitMqBasicConsumeContext>(out var delivery)
        ? new(Given(delivery.Properties.MessageId), Given(delivery.Properties.CorrelationId), Given(delivery.Properties.ReplyTo))
        : new(null, null, null);

    private static string? Given(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
