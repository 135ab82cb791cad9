using Millrace.Client.RabbitMq.Addresses;
using Millrace.Engine.Settings;
using Npgsql;

namespace Millrace.Worker.Hosting;

/// <summary>Where the broker and the database are: both, for a fleet, or neither, for the embedded default.</summary>
internal sealed record Connections(Uri RabbitMq, string Postgres)
{
    /// <summary>Null for the embedded default. A value may stand in a file, named by the same key with <c>File</c> behind it.</summary>
    public static Connections? From(IConfiguration configuration)
    {
        var rabbit = Value(configuration, "RabbitMq");
        var postgres = Value(configuration, "Postgres");
        return (rabbit, postgres) switch
        {
            (null, null) => null,
            (null, _) => throw OneAlone("Postgres", "RabbitMq", "amqp://user:password@host:5672/"),
            (_, null) => throw OneAlone("RabbitMq", "Postgres", "Host=…;Database=millrace;Username=…;Password=…"),
            _ => new Connections(BrokerUri(rabbit), Checked(postgres)),
        };
    }

    private static string? Value(IConfiguration configuration, string name)
    {
        var value = configuration.GetConnectionString(name);
        if (!string.IsNullOrWhiteSpace(value)) return value.Trim();
        var file = configuration.GetConnectionString(name + "File");
        if (string.IsNullOrWhiteSpace(file)) return null;
        if (!File.Exists(file)) throw new ConfigurationException($"ConnectionStrings:{name}File is '{file}', and there is no such file.");
        return File.ReadAllText(file).Trim() is { Length: > 0 } read ? read
            : throw new ConfigurationException($"ConnectionStrings:{name}File is '{file}', and that file is empty.");
    }

    private static Uri BrokerUri(string value)
    {
        var isAddress = Uri.TryCreate(value, UriKind.Absolute, out var uri) && uri.Scheme is "amqp" or "amqps" or "rabbitmq" or "rabbitmqs" && uri.Host.Length > 0;
        if (!isAddress) throw NotAUri();
        return RabbitMqAddress.TlsFault(uri!) is { } fault ? throw new ConfigurationException(fault) : uri!;
    }

    /// <summary>The parser's own message would repeat what it was given, password and all.</summary>
    private static string Checked(string postgres)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(postgres).ConnectionString.Length > 0 ? postgres : throw NotAConnectionString();
        }
        catch (ArgumentException)
        {
            throw NotAConnectionString();
        }
    }

    private static ConfigurationException NotAConnectionString() => new(
        "ConnectionStrings:Postgres is not a connection string; it must look like Host=…;Database=millrace;Username=…;Password=… (a password with ';' in quotes).");

    private static ConfigurationException NotAUri() => new(
        "ConnectionStrings:RabbitMq is not a broker address; it must look like amqp://user:password@host:5672/vhost (or amqps://).");

    private static ConfigurationException OneAlone(string given, string missing, string form) => new(
        $"ConnectionStrings:{given} is set and ConnectionStrings:{missing} is not. A fleet needs both ({missing}: {form}); with neither, one process runs everything by itself.");
}
