using Npgsql;

namespace Millrace.Tests.Servers;

[Integration]
public sealed class PostgresServerTests(TestServers servers)
{
    [Fact]
    public async Task Each_test_gets_a_database_of_its_own()
    {
        var one = await servers.CreateDatabaseAsync();
        var two = await servers.CreateDatabaseAsync();

        await ExecuteAsync(one, "CREATE TABLE only_in_one (id int)");

        Assert.Equal(0L, await ExecuteAsync(one, "SELECT count(*) FROM only_in_one"));
        var missing = await Assert.ThrowsAsync<PostgresException>(() => ExecuteAsync(two, "SELECT count(*) FROM only_in_one"));
        Assert.Equal(PostgresErrorCodes.UndefinedTable, missing.SqlState);
    }

    [Theory]
    [InlineData(Stop.Graceful)]
    [InlineData(Stop.Hard)]
    public async Task A_stopped_server_comes_back_at_its_address_with_what_was_committed(Stop how)
    {
        await using var own = await PostgresServer.StartPrivateAsync();
        var database = await own.CreateDatabaseAsync();
        await ExecuteAsync(database, "CREATE TABLE kept AS SELECT 42 AS answer");

        await own.StopAsync(how);
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => ExecuteAsync(database, "SELECT 1"));
        await own.StartAsync();

        Assert.Equal(42, await ExecuteAsync(database, "SELECT answer FROM kept"));
    }

    [Fact]
    public async Task Commits_wait_for_the_disk()
    {
        var database = await servers.CreateDatabaseAsync();

        Assert.Equal("on on", await ExecuteAsync(database, "SELECT current_setting('fsync') || ' ' || current_setting('synchronous_commit')"));
    }

    private static async Task<object?> ExecuteAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
    }
}
