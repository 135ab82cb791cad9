using Microsoft.EntityFrameworkCore.Design;

namespace Millrace.Persistence.Model;

/// <summary>
/// Lets <c>dotnet ef migrations add NAME --context PostgresMillraceContext</c> read the model without a server.
/// </summary>
internal sealed class PostgresDesignTime : IDesignTimeDbContextFactory<PostgresMillraceContext>
{
    public PostgresMillraceContext CreateDbContext(string[] args) =>
        new(Contexts.Postgres("Host=localhost;Database=millrace").Options);
}
