using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Millrace.Persistence.Model;
using Millrace.Persistence.Sql;

namespace Millrace.Persistence;

/// <summary>The migrations of the schema.</summary>
public sealed class Schema(IDatabase database)
{
    /// <summary>Any number, the same in all versions.</summary>
    private const long MigrationLock = 7_236_837_468_219;

    private const string History = "__EFMigrationsHistory";

    /// <summary>
    /// Applies what is missing and returns its names. Workers that start together wait for each other.
    /// </summary>
    public async Task<IReadOnlyList<string>> MigrateAsync(CancellationToken cancellation)
    {
        if (await PendingAsync(cancellation) is { Count: 0 } none) return none;
        await using var context = database.OpenContext();
        if (database is PostgresDatabase) return await MigrateAloneAsync(context, cancellation);
        var applied = await MigrateAsync(context, cancellation);
        await context.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = WAL", cancellation);
        return applied;
    }

    /// <summary>
    /// The migrations that are not applied. Read from their table: EF would build its model first, a third of what a
    /// worker's start costs.
    /// </summary>
    public async Task<IReadOnlyList<string>> PendingAsync(CancellationToken cancellation)
    {
        var hasHistory = await database.QueryAsync(
            $"SELECT {database.Sql.HasTable(History)}", row => row.GetOnly<int>() == 1, cancellation);
        if (!hasHistory.Single()) return [.. Known().Order(StringComparer.Ordinal)];
        var applied = await database.QueryAsync(
            $"SELECT migration_id FROM \"{History}\"", row => row.GetOnly<string>(), cancellation);
        return [.. Known().Except(applied).Order(StringComparer.Ordinal)];
    }

    private List<string> Known()
    {
        using var context = database.OpenContext();
        var own = context.GetType();
        return [.. typeof(Schema).Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(Migration)) && type.GetCustomAttribute<DbContextAttribute>()?.ContextType == own)
            .Select(type => type.GetCustomAttribute<MigrationAttribute>()!.Id)];
    }

    /// <summary>
    /// EF's own lock ends with the first migration's transaction, and another worker would begin the second one, too.
    /// </summary>
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
}
