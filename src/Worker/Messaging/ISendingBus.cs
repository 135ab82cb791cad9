using MassTransit;

namespace Millrace.Worker.Messaging;

/// <summary>
/// The bus that sends. It never consumes: a broker in alarm blocks every connection that has published, and the acks of a
/// connection that also consumes would wait with it. Public because MassTransit implements it at run time.
/// </summary>
public interface ISendingBus : IBus;
