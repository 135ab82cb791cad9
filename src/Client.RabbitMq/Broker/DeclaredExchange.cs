namespace Millrace.Client.RabbitMq.Broker;

/// <summary>An exchange, and whether it is only looked for: an account without the right to declare it can go on where it exists.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">How it routes.</param>
/// <param name="Durable">It survives a restart of the broker.</param>
/// <param name="AutoDelete">It goes with its last binding.</param>
/// <param name="OnlyIfMissing">It is declared only where it does not exist.</param>
public sealed record DeclaredExchange(string Name, string Type, bool Durable = true, bool AutoDelete = false, bool OnlyIfMissing = false);
