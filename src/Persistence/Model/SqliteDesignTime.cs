using Microsoft.EntityFrameworkCore.Design;

namespace Millrace.Persistence.Model;

/// <summary>The same for <c>--context SqliteMillraceContext</c>.</summary>
internal sealed class SqliteDesignTime : IDesignTimeDbContextFactory<SqliteMillraceContext>
{
    public SqliteMillraceContext CreateDbContext(string[] args) =>
        new(Contexts.Sqlite("Data Source=millrace.db").Options);
}
