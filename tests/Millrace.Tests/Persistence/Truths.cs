using Millrace.Persistence.Sql;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Persistence;

/// <summary>A migrated database of each kind for one test class; its rows are told apart by their ids.</summary>
public sealed class Truths(TestServers servers) : IAsyncLifetime
{
    private readonly ScratchFolder folder = new("truth");
    private readonly Dictionary<Kind, Truth> opened = [];
    private string postgres = "";

    public static TheoryData<Kind> Both => [Kind.Postgres, Kind.Sqlite];

    public async ValueTask InitializeAsync()
    {
        postgres = await servers.CreateDatabaseAsync();
        foreach (var kind in Enum.GetValues<Kind>()) opened[kind] = Another(kind);
        await opened[Kind.Sqlite].Schema.MigrateAsync(CancellationToken.None);
    }

    /// <summary>The class's own stores.</summary>
    internal Truth Of(Kind kind) => opened[kind];

    /// <summary>Another worker on the same database. Dispose it.</summary>
    internal Truth Another(Kind kind, TimeProvider? time = null) =>
        Truth.Over(kind == Kind.Postgres ? new PostgresDatabase(postgres) : new SqliteDatabase(folder.File("truth.db")), time);

    public async ValueTask DisposeAsync()
    {
        foreach (var truth in opened.Values) await truth.DisposeAsync();
        folder.Dispose();
    }
}
