using MassTransit;

namespace Millrace.Client.RabbitMq;

/// <summary>
/// The client's own MassTransit bus. It is a bus beside the service's own (MassTransit's MultiBus), so that neither changes the other.
/// </summary>
public interface IMillraceBus : IBus;
