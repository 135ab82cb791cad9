namespace Millrace.Client.Broker;

/// <summary>A queue.</summary>
internal sealed record DeclaredQueue(string Name, bool Durable, bool Exclusive, bool AutoDelete, IReadOnlyDictionary<string, object?> Arguments);
