namespace Millrace.Client.Broker;

/// <summary>An exchange, and whether it is only looked for: an account without the right to declare it can go on where it exists.</summary>
internal sealed record DeclaredExchange(string Name, string Type, bool Durable = true, bool AutoDelete = false, bool OnlyIfMissing = false);
