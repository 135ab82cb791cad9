using Millrace.Contracts;
using RabbitMQ.Client;

namespace Millrace.Client.RabbitMq.Broker;

/// <summary>
/// What has to stand at the broker: exchanges, queues and bindings. MassTransit declares several at once on one channel, and a caller that waits there while the
/// connection ends never wakes. Here they are declared one after the other, on a channel of our own, in an order that lets no message go nowhere: bindings last.
/// </summary>
public sealed class BrokerTopology
{
    private readonly List<DeclaredExchange> exchanges = [];
    private readonly List<DeclaredQueue> queues = [];
    private readonly List<DeclaredBinding> bindings = [];

    /// <summary>The exchanges, in the order of their declaration.</summary>
    internal IReadOnlyList<DeclaredExchange> Exchanges => exchanges;

    /// <summary>The queues, in the order of their declaration.</summary>
    internal IReadOnlyList<DeclaredQueue> Queues => queues;

    /// <summary>The bindings, in the order of their declaration.</summary>
    internal IReadOnlyList<DeclaredBinding> Bindings => bindings;

    /// <summary>A quorum queue for events of some keys. The events' exchange is the workers' to declare: it is only looked for where it exists.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="routingKeys">The keys.</param>
    public static BrokerTopology OfEvents(string queue, params IEnumerable<string> routingKeys)
    {
        var topology = new BrokerTopology().Exchange(new(EventRouting.Exchange, ExchangeType.Topic, OnlyIfMissing: true)).QuorumQueue(queue);
        foreach (var key in routingKeys)
            topology.Bind(queue, EventRouting.Exchange, key);
        return topology;
    }

    /// <summary>The exchange that a message type is published to.</summary>
    /// <param name="message">The message type.</param>
    public static string ExchangeOf(Type message) => $"{message.Namespace}:{message.Name}";

    /// <summary>An exchange. One of a name that is known stays as it is.</summary>
    /// <param name="exchange">The exchange.</param>
    public BrokerTopology Exchange(DeclaredExchange exchange)
    {
        if (!exchanges.Exists(known => known.Name == exchange.Name))
            exchanges.Add(exchange);
        return this;
    }

    /// <summary>A queue and, as MassTransit has it, the exchange of the same name before it, which goes with the queue if that goes by itself.</summary>
    /// <param name="queue">The queue.</param>
    public BrokerTopology Queue(DeclaredQueue queue)
    {
        queues.Add(queue);
        return Exchange(new(queue.Name, ExchangeType.Fanout, queue.Durable, queue.AutoDelete || queue.Arguments.ContainsKey("x-expires")));
    }

    /// <summary>A queue that survives the loss of a node, as MassTransit's <c>SetQuorumQueue</c> makes it.</summary>
    /// <param name="name">Its name.</param>
    public BrokerTopology QuorumQueue(string name) =>
        Queue(new(name, Durable: true, Exclusive: false, AutoDelete: false, new Dictionary<string, object?> { ["x-queue-type"] = "quorum" }));

    /// <summary>Brings messages of an exchange to another, or to the queue behind it.</summary>
    /// <param name="destination">The exchange that gets them.</param>
    /// <param name="source">The exchange that they come from.</param>
    /// <param name="routingKey">Which of them. Default: those without a key.</param>
    public BrokerTopology Bind(string destination, string source, string routingKey = "")
    {
        bindings.Add(new(destination, source, routingKey));
        return this;
    }

    /// <summary>Declares everything. What is refused is left out and told, and does not stop the rest.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="RabbitMQ.Client.Exceptions.RabbitMQClientException">The connection is lost.</exception>
    public async Task<TopologyReport> DeclareAsync(IConnection connection, CancellationToken cancellation)
    {
        var report = new TopologyReport();
        await DeclareAsync(connection, report, cancellation);
        return report;
    }

    /// <summary>The same, added to a report.</summary>
    internal async Task DeclareAsync(IConnection connection, TopologyReport report, CancellationToken cancellation)
    {
        await using var channel = new DeclarationChannel(connection);
        foreach (var exchange in exchanges)
            await DeclareAsync(channel, exchange, report, cancellation);
        foreach (var queue in queues)
            await DeclareAsync(channel, queue, report, cancellation);
        foreach (var binding in bindings)
            await DeclareAsync(channel, binding, report, cancellation);
    }

    private static async Task DeclareAsync(
        DeclarationChannel channel, DeclaredExchange exchange, TopologyReport report, CancellationToken cancellation)
    {
        var found = await channel.TryAsync((open, token) => open.ExchangeDeclarePassiveAsync(exchange.Name, token), cancellation) is null;
        if (!found)
            report.Missing(exchange.Name);
        if (found && exchange.OnlyIfMissing)
            return;
        var refused = await channel.TryAsync(
            (open, token) => open.ExchangeDeclareAsync(
                exchange.Name, exchange.Type, exchange.Durable, exchange.AutoDelete, cancellationToken: token),
            cancellation);
        report.Add(exchange.Name, refused);
    }

    private static async Task DeclareAsync(
        DeclarationChannel channel, DeclaredQueue queue, TopologyReport report, CancellationToken cancellation)
    {
        var arguments = new Dictionary<string, object?>(queue.Arguments);
        var refused = await channel.TryAsync(
            async (open, token) =>
            {
                var declared = await open.QueueDeclareAsync(
                    queue.Name, queue.Durable, queue.Exclusive, queue.AutoDelete, arguments, cancellationToken: token);
                report.Count(queue.Name, declared.ConsumerCount);
            },
            cancellation);
        refused ??= await channel.TryAsync(
            (open, token) => open.QueueBindAsync(queue.Name, queue.Name, "", cancellationToken: token), cancellation);
        report.Add(queue.Name, refused);
    }

    private static async Task DeclareAsync(
        DeclarationChannel channel, DeclaredBinding binding, TopologyReport report, CancellationToken cancellation)
    {
        var refused = await channel.TryAsync(
            (open, token) => open.ExchangeBindAsync(binding.Destination, binding.Source, binding.RoutingKey, cancellationToken: token),
            cancellation);
        report.Add(binding.Source, refused);
    }
}
