using Microsoft.EntityFrameworkCore;

namespace Millrace.Persistence;

/// <summary>The migrations of the schema.</summary>
public sealed class Schema(IDatabase database)
{
    /// <summary>Any number, the same in all versions.</summary>
    private const long MigrationLock = 7_236_837_468_219;

    /// <summary>Applies what is missing and returns its names. Workers that start together wait for each other.</summary>
    public async Task<IReadOnlyList<string>> MigrateAsync(CancellationToken cancellation)
    {
        await using var context = database.OpenContext();
        if (database is PostgresDatabase) return await MigrateAloneAsync(context, cancellation);
        var applied = await MigrateAsync(context, cancellation);
        await context.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = WAL", cancellation);
        return applied;
    }

    /// <summary>EF's own lock ends with the first migration's transaction, and another worker would begin the second one, too.</summary>
    private Task<IReadOnlyList<string>> MigrateAloneAsync(MillraceContext context, CancellationToken cancellation) =>
        database.TransactAsync(async transaction =>
        {
            await transaction.ExecuteAsync($"SELECT pg_advisory_xact_lock({MigrationLock})");
            return await MigrateAsync(context, cancellation);
        }, cancellation);

    private static async Task<IReadOnlyList<string>> MigrateAsync(MillraceContext context, CancellationToken cancellation)
    {
        var pending = (await context.Database.GetPendingMigrationsAsync(cancellation)).ToList();
        if (pending.Count > 0) await context.Database.MigrateAsync(cancellation);
        return pending;
    }

    /// <summary>The migrations that are not applied.</summary>
    public async Task<IReadOnlyList<string>> PendingAsync(CancellationToken cancellation)
    {
        await using var context = database.OpenContext();
        return (await context.Database.GetPendingMigrationsAsync(cancellation)).ToList();
    }
}
