using Millrace.Tests.Servers;

[assembly: AssemblyFixture(typeof(TestServers))]

namespace Millrace.Tests.Servers;

/// <summary>
/// The servers that all tests share. A test class takes this in its constructor; each server starts when the first test asks for
/// it, once, and ends with the run.
/// </summary>
public sealed class TestServers : IAsyncDisposable
{
    private readonly Lock gate = new();
    private Task<RabbitMqServer>? rabbitMq;
    private Task<PostgresServer>? postgres;

    /// <summary>The shared broker, running.</summary>
    public Task<RabbitMqServer> RabbitMqAsync()
    {
        IntegrationAttribute.Require("a broker");
        lock (gate)
            return rabbitMq ??= RabbitMqServer.StartSharedAsync();
    }

    /// <summary>The shared database server, running.</summary>
    public Task<PostgresServer> PostgresAsync()
    {
        IntegrationAttribute.Require("a database server");
        lock (gate)
            return postgres ??= PostgresServer.StartSharedAsync();
    }

    /// <summary>An own virtual host on the shared broker, as a connection string.</summary>
    public async Task<string> CreateVirtualHostAsync() => await (await RabbitMqAsync()).CreateVirtualHostAsync();

    /// <summary>An own database on the shared server, migrated, as a connection string.</summary>
    public async Task<string> CreateDatabaseAsync() => await (await PostgresAsync()).CreateMigratedDatabaseAsync();

    /// <summary>The same without any tables.</summary>
    public async Task<string> CreateEmptyDatabaseAsync() => await (await PostgresAsync()).CreateDatabaseAsync();

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (rabbitMq is not null)
            await (await rabbitMq).DisposeAsync();
        if (postgres is not null)
            await (await postgres).DisposeAsync();
    }
}
