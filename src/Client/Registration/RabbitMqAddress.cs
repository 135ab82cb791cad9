using MassTransit;
using Millrace.Client.Broker;

namespace Millrace.Client;

/// <summary>Reads the connection string, and connects a bus to it.</summary>
internal static class RabbitMqAddress
{
    private const string DefaultUser = "guest";

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
            ? BrokerTls.Fault(uri)
            : "The connection string 'RabbitMq' is not an address like amqp://user:password@host:5672/vhost (also amqps://, rabbitmq://, rabbitmqs://).";
    }

    /// <summary>Connects. MassTransit turns TLS on by the port 5671 alone and accepts unknown issuers; here the scheme decides, and nothing is accepted.</summary>
    public static void Connect(IRabbitMqBusFactoryConfigurator bus, string address, BrokerDoor door) => Connect(bus, new Uri(address), "millrace-client", door.Guard);

    /// <summary>Connects under a name of its own.</summary>
    public static void Connect(IRabbitMqBusFactoryConfigurator bus, Uri address, string? name, Action<IRabbitMqHostConfigurator> configure)
    {
        var tls = BrokerTls.Of(address);
        bus.Host(BrokerTls.Bare(address), name, host =>
        {
            configure(host);
            if (tls is not null)
                host.UseSsl(tls.Apply);
        });
    }

    /// <summary>The account that an address logs in with; null if there is no address.</summary>
    public static string? User(string? address)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri))
            return null;
        var user = Uri.UnescapeDataString(uri.UserInfo.Split(':')[0]);
        return user.Length > 0 ? user : DefaultUser;
    }
}
