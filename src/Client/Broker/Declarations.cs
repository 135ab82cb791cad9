namespace Millrace.Client.Broker;

/// <summary>An exchange, and whether it is only looked for: an account without the right to declare it can go on where it exists.</summary>
internal sealed record DeclaredExchange(string Name, string Type, bool Durable = true, bool AutoDelete = false, bool OnlyIfMissing = false);

/// <summary>A queue.</summary>
internal sealed record DeclaredQueue(string Name, bool Durable, bool Exclusive, bool AutoDelete, IReadOnlyDictionary<string, object?> Arguments);

/// <summary>A binding of an exchange to another.</summary>
internal sealed record DeclaredBinding(string Destination, string Source, string RoutingKey);
