namespace Millrace.Client.RabbitMq.Broker;

/// <summary>A queue.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Durable">It survives a restart of the broker.</param>
/// <param name="Exclusive">It belongs to one connection and goes with it.</param>
/// <param name="AutoDelete">It goes with its last consumer.</param>
/// <param name="Arguments">The broker's own arguments.</param>
public sealed record DeclaredQueue(string Name, bool Durable, bool Exclusive, bool AutoDelete, IReadOnlyDictionary<string, object?> Arguments);
