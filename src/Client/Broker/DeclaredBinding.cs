namespace Millrace.Client.Broker;

/// <summary>A binding of an exchange to another.</summary>
internal sealed record DeclaredBinding(string Destination, string Source, string RoutingKey);
