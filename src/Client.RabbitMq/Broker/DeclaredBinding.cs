namespace Millrace.Client.RabbitMq.Broker;

/// <summary>A binding of an exchange to another.</summary>
/// <param name="Destination">The exchange that gets the messages.</param>
/// <param name="Source">The exchange that they come from.</param>
/// <param name="RoutingKey">Which of them.</param>
internal sealed record DeclaredBinding(string Destination, string Source, string RoutingKey);
