using System.Net.Sockets;
using System.Security.Authentication;
using MassTransit;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Millrace.Client.RabbitMq.Broker;

/// <summary>
/// The way of this process's buses to their broker. MassTransit ends an endpoint for good when a login is refused, so each connection of a bus is tried out
/// first by one of our own: what that meets is an error which MassTransit tries again. Also opens the connections that are nobody's but ours.
/// </summary>
/// <param name="time">By which a login is given up.</param>
/// <param name="log">Gets the broker's address, never the account.</param>
public sealed partial class BrokerConnector(TimeProvider time, ILogger<BrokerConnector> log)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Repeat = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private ConnectionFactory? known;
    private string? told;
    private long toldAt;

    /// <summary>Lets a bus in through this door. Call it where its host is configured.</summary>
    /// <param name="host">The host that is being configured.</param>
    public void Guard(IRabbitMqHostConfigurator host) => host.OnRefreshConnectionFactory = async factory =>
    {
        known = factory; // it knows the account and the certificates
        using var deadline = new CancellationTokenSource(Patience, time);
        await using var connection = await OpenAsync("millrace login", deadline.Token);
    };

    /// <summary>Opens a connection of our own; the caller disposes it.</summary>
    /// <exception cref="RabbitMqConnectionException">The broker is not there, or lets nobody in; the message does not say whom.</exception>
    internal async Task<IConnection> OpenAsync(string name, CancellationToken cancellation)
    {
        var factory = known ?? throw new RabbitMqConnectionException("The bus has not begun to connect.");
        try
        {
            var connection = await factory.CreateConnectionAsync([factory.HostName], name, cancellation).WaitAsync(cancellation);
            TellOpen(factory);
            return connection;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            throw Tell($"The broker at {Place(factory)} does not answer; it is tried again.", null);
        }
        catch (Exception fault)
        {
            throw Refusal(factory, fault) is { } refusal ? Tell(refusal, null) : Tell($"No connection to the broker at {Place(factory)} ({Reason(fault)}); it is tried again.", fault);
        }
    }

    /// <summary>What was refused is told without its cause: the cause names the account.</summary>
    private static string? Refusal(ConnectionFactory factory, Exception fault)
    {
        for (var cause = fault; cause is not null; cause = cause.InnerException)
        {
            if (cause is AuthenticationFailureException)
                return $"The broker at {Place(factory)} refused the login. Check user and password in ConnectionStrings:RabbitMq; it is tried again.";
            if (cause is OperationInterruptedException { ShutdownReason.ReplyCode: Constants.AccessRefused or Constants.NotAllowed })
            {
                return $"The broker at {Place(factory)} lets this user not into the virtual host '{factory.VirtualHost}', or has no such one. " +
                    "Check ConnectionStrings:RabbitMq; it is tried again.";
            }
        }

        return null;
    }

    /// <summary>What the network or TLS says: neither knows the account.</summary>
    private static string Reason(Exception fault)
    {
        for (var cause = fault; cause is not null; cause = cause.InnerException)
        {
            if (cause is AuthenticationException or SocketException)
                return cause.Message;
        }

        return fault.GetType().Name;
    }

    private static string Place(ConnectionFactory factory) => $"{factory.HostName}:{factory.Endpoint.Port}";

    private RabbitMqConnectionException Tell(string message, Exception? cause)
    {
        lock (gate)
        {
            if (told != message || time.GetElapsedTime(toldAt) > Repeat)
            {
                (told, toldAt) = (message, time.GetTimestamp());
                LogClosed(message);
            }
        }

        // Without a cause it would count as one that does not pass, and a bus that starts would end for good
        return new RabbitMqConnectionException(message, cause ?? new EndOfStreamException(message));
    }

    private void TellOpen(ConnectionFactory factory)
    {
        var place = Place(factory);
        lock (gate)
        {
            if (told is not null)
                LogOpen(place);
            told = null;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Problem}")]
    private partial void LogClosed(string problem);

    [LoggerMessage(Level = LogLevel.Information, Message = "The broker at {Place} accepts connections again")]
    private partial void LogOpen(string place);
}
