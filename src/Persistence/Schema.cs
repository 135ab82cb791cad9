using Microsoft.EntityFrameworkCore;

namespace Millrace.Persistence;

/// <summary>The migrations of the schema.</summary>
public sealed class Schema(IDatabase database)
{
    /// <summary>Applies what is missing and returns its names. Workers that start together wait for each other.</summary>
    public async Task<IReadOnlyList<string>> MigrateAsync(CancellationToken cancellation)
    {
        await using var context = database.OpenContext();
        var pending = (await context.Database.GetPendingMigrationsAsync(cancellation)).ToList();
        if (pending.Count > 0) await context.Database.MigrateAsync(cancellation);
        if (database is SqliteDatabase) await context.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = WAL", cancellation);
        return pending;
    }

    /// <summary>The migrations that are not applied.</summary>
    public async Task<IReadOnlyList<string>> PendingAsync(CancellationToken cancellation)
    {
        await using var context = database.OpenContext();
        return (await context.Database.GetPendingMigrationsAsync(cancellation)).ToList();
    }
}
