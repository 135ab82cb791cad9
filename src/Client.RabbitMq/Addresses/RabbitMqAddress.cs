using MassTransit;

namespace Millrace.Client.RabbitMq.Addresses;

/// <summary>Reads the connection string, and connects a bus to it.</summary>
public static class RabbitMqAddress
{
    private const string DefaultUser = "guest";

    private static readonly string[] Schemes = ["amqp", "amqps", "rabbitmq", "rabbitmqs"];

    /// <summary>What is wrong with the connection string, without the secrets in it; null if nothing.</summary>
    internal static string? Fault(string? address)
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

    /// <summary>
    /// Connects a bus. MassTransit turns TLS on by the port 5671 alone and accepts unknown issuers; here the scheme decides, and nothing is accepted.
    /// </summary>
    /// <param name="bus">The bus that is being configured.</param>
    /// <param name="address">The broker.</param>
    /// <param name="name">The connection's name, for the broker's own pages. Default: none.</param>
    /// <param name="configure">Configures the host further.</param>
    public static void Connect(
        IRabbitMqBusFactoryConfigurator bus, Uri address, string? name, Action<IRabbitMqHostConfigurator> configure)
    {
        var tls = BrokerTls.Of(address);
        bus.Host(BrokerTls.Bare(address), name, host =>
        {
            configure(host);
            if (tls is not null)
                host.UseSsl(tls.Apply);
        });
    }

    /// <summary>What is wrong with what an address says about TLS; null if nothing.</summary>
    /// <param name="address">The broker.</param>
    public static string? TlsFault(Uri address) => BrokerTls.Fault(address);

    /// <summary>The account that an address logs in with; null if there is no address.</summary>
    /// <param name="address">The broker.</param>
    public static string? User(string? address)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri))
            return null;
        var user = Uri.UnescapeDataString(uri.UserInfo.Split(':')[0]);
        return user.Length > 0 ? user : DefaultUser;
    }
}
