using Millrace.Gateway.Access;
using Millrace.Persistence.Sql;
using Millrace.Tests.Commands;
using Millrace.Tests.Persistence;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Gateway;

/// <summary>One process with keys and with bounds so narrow that tests reach them. Each test has a tenant of its own.</summary>
public sealed class BoundedGateway : IAsyncLifetime
{
    private readonly CommandFolder folder = new();

    internal LocalWorker Worker { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var environment = new Dictionary<string, string?>(folder.Environment);
        foreach (var (name, value) in new[]
        {
            ("RequireKeys", "true"), ("MaxOpenCallsPerKey", "2"), ("UnknownKeysPerMinute", "3"),
            ("Quotas__Contents", "2"), ("Quotas__ContentBytes", "30"), ("Quotas__Files", "1"), ("Quotas__FileBytes", "1500000"),
            ("Quotas__Sessions", "2"), ("Quotas__SessionBytes", "2000"), ("Quotas__Tenants__0__Name", "large"), ("Quotas__Tenants__0__Contents", "3"),
            ("Webhooks__AllowPrivate", "true"), ("Webhooks__Timeout", "00:01:00"),
        }) environment[$"Millrace__Gateway__{name}"] = value;
        environment["Millrace__Providers__simulated__FirstTokenTimeout"] = "00:10:00";
        Worker = await LocalWorker.StartAsync(settings: environment);
        await Worker.WaitReadyAsync();
    }

    /// <summary>A client with a key of a tenant, and the key.</summary>
    internal async Task<(HttpClient Http, string Key)> ClientAsync(string tenant)
    {
        await using var truth = Truth.Over(new SqliteDatabase(folder.Database));
        var (_, key) = await truth.Keys.AddAsync(new("test", tenant, Scopes.Write(Enum.GetValues<Scope>())), CancellationToken.None);
        return (GatewayCalls.ClientOf(Worker.Url, key), key);
    }

    public async ValueTask DisposeAsync()
    {
        await Worker.DisposeAsync();
        folder.Dispose();
    }
}
