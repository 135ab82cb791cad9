using MassTransit;
using Millrace.Contracts;
using RabbitMQ.Client;

namespace Millrace.Client.RabbitMq.Broker;

/// <summary>Declarations of our own before an endpoint's, at its start and after each reconnection.</summary>
public static class EndpointTopology
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Runs <paramref name="declare"/> on each new connection of the endpoint before MassTransit declares its queue and consumes. A fault of it is one of the
    /// endpoint's, which is tried again.
    /// </summary>
    /// <param name="endpoint">The endpoint that is being configured.</param>
    /// <param name="time">By which the declarations are given up.</param>
    /// <param name="declare">What to declare.</param>
    public static void DeclareFirst(
        this IRabbitMqReceiveEndpointConfigurator endpoint, TimeProvider time, Func<IConnection, CancellationToken, Task> declare)
    {
        endpoint.ConfigureConsumeTopology = false;
        endpoint.ConfigureChannel(pipe => pipe.UseExecuteAsync(async channel =>
        {
            using var deadline = Deadline.After(Patience, time, channel.CancellationToken);
            await declare(channel.ConnectionContext.Connection, deadline.Token).WaitAsync(deadline.Token);
        }));
    }

    /// <summary>The same with a topology of which nothing may be refused.</summary>
    /// <param name="endpoint">The endpoint that is being configured.</param>
    /// <param name="time">By which the declarations are given up.</param>
    /// <param name="topology">What to declare.</param>
    public static void DeclareFirst(
        this IRabbitMqReceiveEndpointConfigurator endpoint, TimeProvider time, BrokerTopology topology) =>
        endpoint.DeclareFirst(time, async (connection, cancellation) => Whole(await topology.DeclareAsync(connection, cancellation)));

    /// <exception cref="RabbitMqConnectionException">Something was refused.</exception>
    internal static void Whole(TopologyReport report)
    {
        if (report.Refused.Count > 0)
            throw new RabbitMqConnectionException(string.Join("; ", report.Refused.Select(one => $"{one.Key} could not be declared: {one.Value}")));
    }
}
