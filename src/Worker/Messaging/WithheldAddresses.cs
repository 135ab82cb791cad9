using System.Net.Mime;
using MassTransit;
using MassTransit.Serialization;

namespace Millrace.Worker.Messaging;

/// <summary>
/// Reads messages as <paramref name="inner"/> does, and withholds their <c>responseAddress</c> and <c>faultAddress</c> from MassTransit: for a message that fails it would declare
/// whatever these name. A declaration that the broker refuses is tried without end, and a few such messages hold every slot of a queue. Our own answers are sent
/// by <see cref="Engine.Publishing.AnswerSender"/>.
/// </summary>
internal sealed class WithheldAddresses(ISerializerFactory inner) : ISerializerFactory
{
    public ContentType ContentType => inner.ContentType;

    public IMessageSerializer CreateSerializer() => inner.CreateSerializer();

    public IMessageDeserializer CreateDeserializer() => new Deserializer(inner.CreateDeserializer());

    private sealed class Deserializer(IMessageDeserializer inner) : IMessageDeserializer
    {
        public ContentType ContentType => inner.ContentType;

        public ConsumeContext Deserialize(ReceiveContext receiveContext) =>
            new Context(receiveContext, Deserialize(receiveContext.Body, receiveContext.TransportHeaders, receiveContext.InputAddress));

        public SerializerContext Deserialize(MessageBody body, Headers headers, Uri? destinationAddress = null) => inner.Deserialize(body, headers, destinationAddress);

        public MessageBody GetMessageBody(string text) => inner.GetMessageBody(text);

        public void Probe(ProbeContext context) => inner.Probe(context);
    }

    private sealed class Context(ReceiveContext receive, SerializerContext message) : BodyConsumeContext(receive, message)
    {
        public override Uri ResponseAddress => null!; // as MassTransit itself has it for a message without one

        public override Uri FaultAddress => null!;
    }
}
