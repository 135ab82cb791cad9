using Microsoft.EntityFrameworkCore;

namespace Millrace.Persistence.Model;

/// <summary>The schema on Postgres.</summary>
internal sealed class PostgresMillraceContext(DbContextOptions<PostgresMillraceContext> options) : MillraceContext(options);
