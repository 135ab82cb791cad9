using RabbitMQ.Client;

namespace Millrace.Client.RabbitMq.Broker;

/// <summary>What a round of declarations has found.</summary>
public sealed class TopologyReport
{
    private readonly List<string> missing = [];
    private readonly SortedDictionary<string, string> refused = new(StringComparer.Ordinal);
    private readonly Dictionary<string, uint> consumers = new(StringComparer.Ordinal);

    /// <summary>Exchanges that did not exist before it.</summary>
    public IReadOnlyList<string> MissingExchanges => missing;

    /// <summary>What could not be declared, and why.</summary>
    public IReadOnlyDictionary<string, string> Refused => refused;

    /// <summary>Consumers of each queue, whosever they are.</summary>
    public IReadOnlyDictionary<string, uint> Consumers => consumers;

    internal void Missing(string exchange) => missing.Add(exchange);

    internal void Count(string queue, uint consumers) => this.consumers[queue] = consumers;

    internal void Add(string name, int? code)
    {
        if (code is { } refusal)
            refused[name] = Why(refusal);
    }

    /// <summary>The broker's own text names the account.</summary>
    private static string Why(int code) => code switch
    {
        Constants.AccessRefused => "the broker's permissions do not allow it (403)",
        Constants.NotFound => "it does not exist (404)",
        Constants.ResourceLocked => "another connection has it (405)",
        Constants.PreconditionFailed => "it exists with other properties (406)",
        _ => $"the broker refused it ({code})",
    };
}
