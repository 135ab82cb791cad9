using MassTransit;
using Millrace.Engine.Requests;

namespace Millrace.Worker.Messaging;

/// <summary>What a message says of itself, apart from its content: what is told because of it carries this on, and who wants an answer gets it.</summary>
internal sealed record Origin(Correlation Correlation, Requester? Requester)
{
    private const int MostAccepted = 16;
    private const int LongestName = 64;
    private const string EnvelopeType = "application/vnd.masstransit+json";

    public static Origin Of(ConsumeContext context) => new(
        new Correlation
        {
            ConversationId = Given(() => context.ConversationId),
            InitiatorId = Given(() => context.InitiatorId) ?? Given(() => context.CorrelationId),
            Headers = ProducerHeaders.Of(context.Headers.GetAll().Concat(context.ReceiveContext.TransportHeaders.GetAll())), // the envelope's before the transport's
        },
        RequesterOf(context));

    /// <summary>MassTransit's envelope is known by its content type.</summary>
    public static bool IsEnvelope(ReceiveContext context) =>
        string.Equals(context.ContentType?.MediaType, EnvelopeType, StringComparison.OrdinalIgnoreCase);

    private static Requester? RequesterOf(ConsumeContext context)
    {
        var amqp = AmqpProperties.Of(context.ReceiveContext);
        var queue = ReplyQueue.Of(Given(() => context.SerializerContext.ResponseAddress), amqp.ReplyTo, context.ReceiveContext.InputAddress);
        return queue is null ? null : new Requester
        {
            Queue = queue,
            IsPlain = !IsEnvelope(context.ReceiveContext),
            RequestId = Given(() => context.RequestId),
            CorrelationId = amqp.CorrelationId,
            Accepts = AcceptsOf(context),
        };
    }

    /// <summary>A request client names what it takes; it is told of anything else as a fault.</summary>
    private static List<string>? AcceptsOf(ConsumeContext context) =>
        context.Headers.Get<IList<string>>(MessageHeaders.Request.Accept) is { Count: > 0 } accepted ? [.. accepted.Take(MostAccepted).Select(TypeName)] : null;

    /// <summary><c>urn:message:Millrace.Contracts:GenerationCompleted</c> without what stands before it.</summary>
    private static string TypeName(string urn) => urn[(urn.LastIndexOf(':') + 1)..] is { Length: <= LongestName } name ? name : "";

    /// <summary>An envelope's ids and addresses are read when they are asked for, and what is none throws then.</summary>
    private static T? Given<T>(Func<T?> read)
    {
        try
        {
            return read();
        }
        catch (FormatException)
        {
            return default;
        }
    }
}
