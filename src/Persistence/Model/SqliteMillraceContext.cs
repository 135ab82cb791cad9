using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Millrace.Persistence.Model;

/// <summary>
/// The same schema in a SQLite file. Times are Unix milliseconds, so that they compare as numbers in SQL.
/// </summary>
internal sealed class SqliteMillraceContext(DbContextOptions<SqliteMillraceContext> options) : MillraceContext(options)
{
    protected override string JsonType => "TEXT";

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UnixMilliseconds>();

    private sealed class UnixMilliseconds() : ValueConverter<DateTimeOffset, long>(
        time => time.ToUnixTimeMilliseconds(), value => DateTimeOffset.FromUnixTimeMilliseconds(value));
}
