using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Millrace.Persistence;

/// <summary>Lets <c>dotnet ef migrations add NAME --context PostgresMillraceContext</c> read the model without a server.</summary>
public sealed class PostgresDesignTime : IDesignTimeDbContextFactory<PostgresMillraceContext>
{
    public PostgresMillraceContext CreateDbContext(string[] args) =>
        new(Contexts.Postgres("Host=localhost;Database=millrace").Options);
}

/// <summary>The same for <c>--context SqliteMillraceContext</c>.</summary>
public sealed class SqliteDesignTime : IDesignTimeDbContextFactory<SqliteMillraceContext>
{
    public SqliteMillraceContext CreateDbContext(string[] args) =>
        new(Contexts.Sqlite("Data Source=millrace.db").Options);
}

internal static class Contexts
{
    public static DbContextOptionsBuilder<PostgresMillraceContext> Postgres(string connection) =>
        new DbContextOptionsBuilder<PostgresMillraceContext>().UseNpgsql(connection).UseSnakeCaseNamingConvention();

    public static DbContextOptionsBuilder<SqliteMillraceContext> Sqlite(string connection) =>
        new DbContextOptionsBuilder<SqliteMillraceContext>().UseSqlite(connection).UseSnakeCaseNamingConvention();
}
