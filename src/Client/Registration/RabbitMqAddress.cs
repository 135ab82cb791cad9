using System.Net.Security;
using System.Security.Authentication;
using MassTransit;
using Millrace.Client.Broker;

namespace Millrace.Client;

/// <summary>Reads the connection string, and connects a bus to it.</summary>
internal static class RabbitMqAddress
{
    private static readonly string[] Schemes = ["amqp", "amqps", "rabbitmq", "rabbitmqs"];

    /// <summary>What is wrong with the connection string, without the secrets in it; null if nothing.</summary>
    public static string? Fault(string? address)
    {
        if (string.IsNullOrWhiteSpace(address))
        {
            return "No broker is configured. Set the connection string 'RabbitMq' (ConnectionStrings:RabbitMq, or the environment variable " +
                "ConnectionStrings__RabbitMq), or MillraceClientOptions.RabbitMq, for example to amqp://guest:guest@localhost:5672.";
        }

        return Uri.TryCreate(address, UriKind.Absolute, out var uri) && Schemes.Contains(uri.Scheme) && uri.Host.Length > 0
            ? null
            : "The connection string 'RabbitMq' is not an address like amqp://user:password@host:5672/vhost (also amqps://, rabbitmq://, rabbitmqs://).";
    }

    /// <summary>Connects. MassTransit turns TLS on by the port 5671 alone and accepts unknown issuers; here the scheme decides, and nothing is accepted.</summary>
    public static void Connect(IRabbitMqBusFactoryConfigurator bus, string address, BrokerDoor door)
    {
        var uri = new Uri(address);
        var secure = uri.Scheme.EndsWith('s') || uri.Port == 5671;
        bus.Host(uri, "millrace-client", host =>
        {
            door.Guard(host);
            if (!secure)
                return;
            host.UseSsl(tls =>
            {
                tls.Protocol = SslProtocols.None;
                tls.ServerName = uri.Host;
                tls.EnforcePolicyErrors(
                    SslPolicyErrors.RemoteCertificateChainErrors |
                    SslPolicyErrors.RemoteCertificateNameMismatch |
                    SslPolicyErrors.RemoteCertificateNotAvailable);
            });
        });
    }
}
