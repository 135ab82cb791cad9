using Microsoft.EntityFrameworkCore;

namespace Millrace.Persistence.Model;

internal static class Contexts
{
    public static DbContextOptionsBuilder<PostgresMillraceContext> Postgres(string connection) =>
        new DbContextOptionsBuilder<PostgresMillraceContext>().UseNpgsql(connection).UseSnakeCaseNamingConvention();

    public static DbContextOptionsBuilder<SqliteMillraceContext> Sqlite(string connection) =>
        new DbContextOptionsBuilder<SqliteMillraceContext>().UseSqlite(connection).UseSnakeCaseNamingConvention();
}
