using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Millrace.Client;
using Millrace.Client.RabbitMq;
using Millrace.Contracts;
using Millrace.Tests.Fleet;
using Millrace.Tests.Servers;
using Npgsql;
using RabbitMQ.Client;

namespace Millrace.Tests.Roles;

/// <summary>
/// A broker with the accounts that are shipped, a database, both behind TLS with an authority of their own, and a worker that has an account of the broker and no more.
/// Producers of the account <c>millrace_producer</c>, and of the all-powerful <c>guest</c>, are bound to the tenant acme.
/// </summary>
[CollectionDefinition(Name)]
public sealed class RoleFleet : IAsyncLifetime, ICollectionFixture<RoleFleet>
{
    public const string Name = "Roles";
    public const string Worker = "millrace";
    public const string ProducerAccount = "millrace_producer";
    public const string Subscriber = "millrace_subscriber";
    public const string Tools = "millrace_tools";
    public const string Mighty = "guest";

    private readonly ScratchFolder secrets = new("secrets");
    private readonly List<IConnection> connections = [];
    private RabbitMqServer broker = null!;
    private PostgresServer database = null!;
    private string plain = null!;

    internal PrivateAuthority Authority { get; } = new();

    internal PrivateAuthority OtherAuthority { get; } = new();

    internal LocalWorker Process { get; private set; } = null!;

    internal EventReader Events { get; private set; } = null!;

    internal int TlsPort { get; private set; }

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(PrivateRabbitMq.IsInstalled, "RabbitMQ is not installed on this machine.");
        var starting = RabbitMqServer.StartSecureAsync(Authority);
        database = await PostgresServer.StartSecureAsync(Authority);
        plain = await database.CreateMigratedDatabaseAsync();
        (broker, TlsPort) = await starting;
        (await CommandLineProcess.RunAsync([Path.Combine(TestPaths.Repository, "deploy", "make-secrets.sh"), secrets.Path])).OutputOrThrow("make-secrets.sh");
        await broker.ControlAsync("import_definitions", secrets.File("rabbitmq_definitions"));
        Process = await StartWorkerAsync(SecureAddress(Worker, Authority), SecureDatabase(Authority));
        await Process.WaitReadyAsync();
        Events = await EventReader.StartAsync(Address(Mighty));
    }

    /// <summary>A worker that binds the accounts to tenants.</summary>
    internal static Task<LocalWorker> StartWorkerAsync(string rabbitMq, string postgres) => LocalWorker.StartAsync(rabbitMq, postgres, Producers);

    /// <summary>One whose start may fail.</summary>
    internal static Task<WorkerProcess> StartProcessAsync(string rabbitMq, string postgres) => WorkerProcess.StartAsync(rabbitMq, postgres, Producers);

    private static Dictionary<string, string?> Producers => new()
    {
        [$"Millrace__Producers__{ProducerAccount}"] = "acme",
        [$"Millrace__Producers__{Mighty}"] = "acme",
        [$"Millrace__Producers__{Tools}"] = "*",
        ["Millrace__DeadAfter"] = "00:10:00", // on a machine that stalls, nobody is to be taken for dead
        ["Millrace__Providers__simulated__FirstTokenTimeout"] = "00:10:00",
    };

    /// <summary>The broker without TLS, as that account.</summary>
    internal string Address(string account) => new UriBuilder(broker.Uri("/")) { UserName = account, Password = PasswordOf(account) }.Uri.AbsoluteUri;

    /// <summary>The broker with TLS.</summary>
    internal string SecureAddress(string account, PrivateAuthority? trusted) =>
        $"amqps://{account}:{PasswordOf(account)}@localhost:{TlsPort}/" + (trusted is null ? "" : $"?cacertfile={Uri.EscapeDataString(trusted.Certificate)}");

    /// <summary>The database with TLS.</summary>
    internal string SecureDatabase(PrivateAuthority trusted) =>
        new NpgsqlConnectionStringBuilder(plain) { Host = "localhost", SslMode = SslMode.VerifyFull, RootCertificate = trusted.Certificate }.ConnectionString;

    /// <summary>A client of our library in a host of its own; dispose the host.</summary>
    internal static async Task<(MillraceClient Client, IHost Host)> ClientAsync(string address, Action<IServiceCollection>? more = null, TimeSpan? patience = null)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddMillraceClient(options =>
        {
            Patience.Give(options);
            (options.RabbitMq, options.SendUserId) = (address, true);
            options.ReadyTimeout = patience ?? options.ReadyTimeout;
        });
        more?.Invoke(builder.Services);
        var host = builder.Build();
        await host.StartAsync();
        return (host.Services.GetRequiredService<MillraceClient>(), host);
    }

    /// <summary>A channel of that account.</summary>
    internal async Task<IChannel> ChannelAsync(string account)
    {
        var connection = await new ConnectionFactory { Uri = new Uri(Address(account)), AutomaticRecoveryEnabled = false }.CreateConnectionAsync();
        lock (connections) connections.Add(connection);
        return await connection.CreateChannelAsync(new CreateChannelOptions(true, true));
    }

    /// <summary>Publishes a message as plain JSON, in the name of an account or of nobody.</summary>
    internal Task PublishAsync<T>(string account, T message, string? userId) =>
        PublishAsync<T>(account, JsonSerializer.SerializeToUtf8Bytes(message, ContractsJson.Options), userId);

    /// <summary>The same for any body at all.</summary>
    internal async Task PublishAsync<T>(string account, byte[] body, string? userId)
    {
        var channel = await ChannelAsync(account);
        var properties = new BasicProperties { ContentType = "application/json" };
        if (userId is not null) properties.UserId = userId;
        await channel.BasicPublishAsync($"Millrace.Contracts:{typeof(T).Name}", "", mandatory: true, properties, body);
    }

    /// <summary>The next message that is set aside in a queue, and why.</summary>
    internal async Task<string> SetAsideAsync(string queue)
    {
        var channel = await ChannelAsync(Mighty);
        var aside = (await Until.FitsAsync(TryTakeAsync, found => found is not null, $"a message in {queue}"))!;
        return Encoding.UTF8.GetString((byte[])aside.BasicProperties.Headers!["MT-Fault-Message"]!);

        async Task<BasicGetResult?> TryTakeAsync()
        {
            try
            {
                return await channel.BasicGetAsync(queue, autoAck: true);
            }
            catch (RabbitMQ.Client.Exceptions.OperationInterruptedException)
            {
                channel = await ChannelAsync(Mighty); // the queue is made with its first message
                return null;
            }
        }
    }

    /// <summary>The single value of a query, null if there is no row.</summary>
    internal async Task<T?> QueryAsync<T>(string sql, params object[] values)
    {
        await using var source = NpgsqlDataSource.Create(plain);
        await using var command = source.CreateCommand(sql);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        return (T?)await command.ExecuteScalarAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (Events is not null) await Events.DisposeAsync();
        foreach (var connection in connections) await connection.DisposeAsync();
        if (Process is not null) await Process.DisposeAsync();
        if (broker is not null) await broker.DisposeAsync();
        if (database is not null) await database.DisposeAsync();
        foreach (var folder in new IDisposable[] { secrets, Authority, OtherAuthority }) folder.Dispose();
    }

    private string PasswordOf(string account)
    {
        if (account == Mighty) return "guest";
        var file = account == Worker ? "rabbitmq_connection" : $"rabbitmq_{account["millrace_".Length..]}_connection";
        return new Uri(File.ReadAllText(secrets.File(file))).UserInfo.Split(':')[1];
    }
}
