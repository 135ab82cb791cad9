using System.Diagnostics.CodeAnalysis;
using MassTransit;
using MassTransit.Context;
using MassTransit.Middleware;
using RabbitMQ.Client;

namespace Millrace.Worker.Messaging;

/// <summary>
/// A message that is set aside leaves its sender's <c>user-id</c> behind. MassTransit copies it, and the broker takes no message in another account's name: it closes the channel, the
/// message comes back, and so on for ever.
/// </summary>
internal static class UnsignedMessages
{
    /// <summary>What MassTransit does by default, and the name is left out.</summary>
    /// <param name="endpoint">Whose messages.</param>
    /// <param name="skipping">Sees a message that no consumer takes before it is set aside.</param>
    public static void SetAsideUnsigned(this IReceiveEndpointConfigurator endpoint, IFilter<ReceiveContext> skipping)
    {
        endpoint.ConfigureError(error =>
        {
            error.UseFilter(new GenerateFaultFilter());
            error.SetAsideUnsigned();
        });
        endpoint.ConfigureDeadLetter(skipped =>
        {
            skipped.UseFilter(skipping);
            skipped.UseFilter(new UnsignedSkips());
            skipped.UseFilter(new DeadLetterTransportFilter());
        });
    }

    /// <summary>Into the error queue, without the name.</summary>
    public static void SetAsideUnsigned(this IPipeConfigurator<ExceptionReceiveContext> error)
    {
        error.UseFilter(new UnsignedFaults());
        error.UseFilter(new ErrorTransportFilter());
    }

    private static bool IsUnsigned<T>(ReceiveContext context, [NotNullWhen(true)] out T? payload) where T : class
    {
        payload = null;
        if (typeof(T) != typeof(RabbitMqBasicConsumeContext) || !context.TryGetPayload(out RabbitMqBasicConsumeContext? signed)) return false;
        payload = new Unsigned(signed) as T;
        return payload is not null;
    }

    private sealed class UnsignedFaults : IFilter<ExceptionReceiveContext>
    {
        public Task Send(ExceptionReceiveContext context, IPipe<ExceptionReceiveContext> next) => next.Send(new Fault(context));

        public void Probe(ProbeContext context) => context.CreateFilterScope("unsigned");
    }

    private sealed class UnsignedSkips : IFilter<ReceiveContext>
    {
        public Task Send(ReceiveContext context, IPipe<ReceiveContext> next) => next.Send(new Skip(context));

        public void Probe(ProbeContext context) => context.CreateFilterScope("unsigned");
    }

    private class Skip(ReceiveContext context) : ReceiveContextProxy(context)
    {
        private readonly ReceiveContext context = context;

        public override bool TryGetPayload<T>([NotNullWhen(true)] out T? payload) where T : class =>
            IsUnsigned(context, out payload) || base.TryGetPayload(out payload);
    }

    private sealed class Fault(ExceptionReceiveContext context) : Skip(context), ExceptionReceiveContext
    {
        public Exception Exception => context.Exception;

        public DateTime ExceptionTimestamp => context.ExceptionTimestamp;

        public ExceptionInfo ExceptionInfo => context.ExceptionInfo;

        public SendHeaders ExceptionHeaders => context.ExceptionHeaders;
    }

    private sealed class Unsigned(RabbitMqBasicConsumeContext signed) : RabbitMqBasicConsumeContext
    {
        public string Exchange => signed.Exchange;

        public string ConsumerTag => signed.ConsumerTag;

        public ulong DeliveryTag => signed.DeliveryTag;

        public string? RoutingKey => signed.RoutingKey;

        public IReadOnlyBasicProperties Properties { get; } = WithoutUser(signed.Properties);

        private static BasicProperties WithoutUser(IReadOnlyBasicProperties properties)
        {
            var copy = new BasicProperties(properties);
            copy.ClearUserId();
            return copy;
        }
    }
}
