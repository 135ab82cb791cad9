using Millrace.Persistence.Sql;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Persistence;

/// <summary>A migrated file for one test class that needs a real table and no server.</summary>
public sealed class SqliteTruth : IAsyncLifetime
{
    private readonly ScratchFolder folder = new("truth");
    private readonly Truth truth;

    public SqliteTruth() => truth = Truth.Over(new SqliteDatabase(folder.File("truth.db")));

    internal Truth Stores => truth;

    public async ValueTask InitializeAsync() => await truth.Schema.MigrateAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await truth.DisposeAsync();
        folder.Dispose();
    }
}
