using Millrace.Tests.Servers;

[assembly: AssemblyFixture(typeof(TestServers))]

namespace Millrace.Tests.Servers;

/// <summary>
/// The servers that all tests share. A test class takes this in its constructor; each server starts when the first test asks for
/// it, once, and ends with the run.
/// </summary>
public sealed class TestServers : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private Task<RabbitMqServer>? _rabbitMq;
    private Task<PostgresServer>? _postgres;

    /// <summary>The shared broker, running.</summary>
    public Task<RabbitMqServer> RabbitMqAsync()
    {
        lock (_lock)
            return _rabbitMq ??= RabbitMqServer.StartSharedAsync();
    }

    /// <summary>The shared database server, running.</summary>
    public Task<PostgresServer> PostgresAsync()
    {
        lock (_lock)
            return _postgres ??= PostgresServer.StartSharedAsync();
    }

    /// <summary>An own virtual host on the shared broker, as a connection string.</summary>
    public async Task<string> CreateVirtualHostAsync() => await (await RabbitMqAsync()).CreateVirtualHostAsync();

    /// <summary>An own database on the shared server, as a connection string.</summary>
    public async Task<string> CreateDatabaseAsync() => await (await PostgresAsync()).CreateDatabaseAsync();

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_rabbitMq is not null)
            await (await _rabbitMq).DisposeAsync();
        if (_postgres is not null)
            await (await _postgres).DisposeAsync();
    }
}
