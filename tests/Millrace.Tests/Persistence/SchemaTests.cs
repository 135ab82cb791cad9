using Microsoft.EntityFrameworkCore;
using Millrace.Persistence.Sql;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Persistence;

[Integration]
public sealed class SchemaTests(TestServers servers)
{
    public static TheoryData<Kind> Both => Truths.Both;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task An_empty_database_gets_every_migration_once(Kind kind)
    {
        using var folder = new ScratchFolder("schema");
        await using var truth = Truth.Over(await OpenAsync(kind, folder));
        var pending = await truth.Schema.PendingAsync(CancellationToken.None);
        Assert.NotEmpty(pending);

        Assert.Equal(pending, await truth.Schema.MigrateAsync(CancellationToken.None));

        Assert.Empty(await truth.Schema.PendingAsync(CancellationToken.None));
        Assert.Empty(await truth.Schema.MigrateAsync(CancellationToken.None));
        Assert.Empty(await truth.QueryAsync<Guid>("SELECT id FROM generations"));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task The_migrations_make_what_the_model_says(Kind kind)
    {
        using var folder = new ScratchFolder("schema");
        await using var truth = Truth.Over(await OpenAsync(kind, folder));
        await using var context = truth.Database.OpenContext();

        Assert.False(context.Database.HasPendingModelChanges(), "Add a migration for both contexts: dotnet ef migrations add NAME.");
    }

    [Fact]
    public async Task Workers_that_start_together_migrate_once()
    {
        var connection = await servers.CreateEmptyDatabaseAsync();
        var truths = Enumerable.Range(0, 4).Select(_ => Truth.Over(new PostgresDatabase(connection))).ToList();

        await Task.WhenAll(truths.Select(truth => truth.Schema.MigrateAsync(CancellationToken.None)));

        foreach (var truth in truths)
        {
            Assert.Empty(await truth.Schema.PendingAsync(CancellationToken.None));
            await truth.DisposeAsync();
        }
    }

    private async Task<IDatabase> OpenAsync(Kind kind, ScratchFolder folder) =>
        kind == Kind.Postgres ? new PostgresDatabase(await servers.CreateEmptyDatabaseAsync()) : new SqliteDatabase(folder.File("schema.db"));
}
