using System.Collections.Concurrent;
using Millrace.Persistence;
using Millrace.Persistence.Sql;
using Npgsql;
using Testcontainers.PostgreSql;

namespace Millrace.Tests.Servers;

/// <summary>
/// A PostgreSQL server for tests: the one at <c>MILLRACE_TEST_POSTGRES</c>, else one in a container where an engine answers, else a
/// private one of this machine. Tests are kept apart by databases.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private const string Variable = "MILLRACE_TEST_POSTGRES";
    private const string Image = "postgres:17";
    private const int Seconds = 120; // for a connection, and for a command: longer than any takes on a machine that is busy with other things

    private readonly IServerHost host;
    private readonly string administration;
    private readonly ConcurrentBag<string> created = [];
    private readonly Lock gate = new();
    private Task<string>? template;

    private PostgresServer(IServerHost host, string connectionString)
    {
        this.host = host;
        administration = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, Timeout = Seconds, CommandTimeout = Seconds }.ConnectionString;
    }

    /// <summary>The server that all tests share.</summary>
    public static async Task<PostgresServer> StartSharedAsync() =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } address
            ? await ReadyAsync(new PostgresServer(new ForeignHost(Variable), address))
            : await StartPrivateAsync();

    /// <summary>A server for one test, to be stopped and started. Dispose it.</summary>
    public static async Task<PostgresServer> StartPrivateAsync()
    {
        var server = await DockerEngine.AnswersAsync() ? Container() : Private();
        await server.StartAsync();
        return server;
    }

    /// <summary>A server of this machine for one test, with a certificate of that authority. Dispose it.</summary>
    internal static async Task<PostgresServer> StartSecureAsync(PrivateAuthority authority)
    {
        var server = Private(new PrivatePostgres(authority));
        await server.StartAsync();
        return server;
    }

    /// <summary>
    /// The connection string of an own, empty database. It goes away with the server. Connections that idle in its pool are closed
    /// after seconds, or the tests together would use up the server's 200.
    /// </summary>
    public Task<string> CreateDatabaseAsync() => CopyAsync("template0");

    /// <summary>The same with all migrations applied: they are once, and each database is a copy.</summary>
    public async Task<string> CreateMigratedDatabaseAsync()
    {
        Task<string> first;
        lock (gate) first = template ??= MigrateAsync();
        return await CopyAsync(await first);
    }

    /// <summary>Ends the server; it keeps its data and its address. A hard stop makes the next start recover from the log.</summary>
    public Task StopAsync(Stop how = Stop.Graceful) => this.host.StopAsync(how);

    /// <summary>Starts the server and returns when it answers a query.</summary>
    public async Task StartAsync()
    {
        await this.host.StartAsync();
        await ReadyAsync(this);
    }

    /// <summary>Stops and starts.</summary>
    public async Task RestartAsync(Stop how = Stop.Graceful)
    {
        await StopAsync(how);
        await StartAsync();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (this.host is ForeignHost)
        {
            foreach (var name in created)
                await ExecuteAsync($"DROP DATABASE IF EXISTS {name} WITH (FORCE)");
        }

        await this.host.DisposeAsync();
    }

    private static PostgresServer Container()
    {
        var port = FreePorts.Next();
        var container = new PostgreSqlBuilder(Image).WithPassword("postgres").WithPortBinding(port, 5432)
            .WithCommand("-c", "max_connections=200").Build();
        return new PostgresServer(
            new ContainerHost(container), $"Host=127.0.0.1;Port={port};Username=postgres;Password=postgres;Database=postgres");
    }

    private static PostgresServer Private() => Private(new PrivatePostgres());

    private static PostgresServer Private(PrivatePostgres cluster) =>
        new(cluster, $"Host=127.0.0.1;Port={cluster.Port};Username=postgres;Database=postgres");

    private static async Task<PostgresServer> ReadyAsync(PostgresServer server)
    {
        using var deadline = new CancellationTokenSource(Patience.Long);
        while (true)
        {
            server.host.ThrowIfDead();
            try
            {
                await server.ExecuteAsync("SELECT 1");
                return server;
            }
            catch (NpgsqlException) when (!deadline.IsCancellationRequested)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50));
            }
        }
    }

    private async Task<string> MigrateAsync()
    {
        var builder = new NpgsqlConnectionStringBuilder(await CreateDatabaseAsync()) { Pooling = false }; // nobody may be connected to what is copied
        await using var database = new PostgresDatabase(builder.ConnectionString);
        await new Schema(database).MigrateAsync(CancellationToken.None);
        return builder.Database!;
    }

    private async Task<string> CopyAsync(string template)
    {
        var name = $"t{Guid.NewGuid():N}";
        await ExecuteAsync($"CREATE DATABASE {name} TEMPLATE {template}");
        created.Add(name);
        return new NpgsqlConnectionStringBuilder(administration)
        {
            Database = name,
            Pooling = true,
            Timeout = Seconds,
            CommandTimeout = Seconds,
            ConnectionIdleLifetime = 10,
            ConnectionPruningInterval = 5,
        }.ConnectionString;
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(administration);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
