using Millrace.Persistence.Sql;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Persistence;

/// <summary>How rows are read, and that what writes passes the one writer of a file.</summary>
public sealed class RowTests : IDisposable
{
    private const string Three = """
        SELECT 1 AS number, 'a' AS text, NULL AS rest UNION ALL SELECT 2, NULL, 'b' UNION ALL SELECT 3, 'c', 'd' ORDER BY 1
        """;

    private readonly ScratchFolder folder = new("rows");
    private readonly SqliteDatabase database;

    public RowTests() => database = new(folder.File("rows.db"));

    [Fact]
    public async Task Columns_are_found_by_name_in_whatever_order_each_row_asks_for_them()
    {
        var rows = await database.QueryAsync(Three, ReadAsItLikes, Token);

        Assert.Equal(["1 a -", "b 2 -", "3 d c 3"], rows);
    }

    [Fact]
    public async Task A_column_that_is_not_there_is_an_error()
    {
        await Assert.ThrowsAnyAsync<Exception>(() => database.QueryAsync(Three, row => row.GetString("txt"), Token));
    }

    [Theory]
    [InlineData("INSERT INTO t (n) VALUES (1)")]
    [InlineData("UPDATE t SET n = 2 RETURNING n")]
    [InlineData("DELETE FROM t")]
    public async Task A_statement_that_writes_is_refused_as_a_query_of_a_file(string sql)
    {
        await database.ExecuteAsync("CREATE TABLE t (n INTEGER)", Token);

        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => database.QueryAsync(sql, row => row.GetOnly<long>(), Token));

        Assert.Contains(sql, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Single_statements_wait_for_the_one_writer_and_say_what_they_changed()
    {
        await database.ExecuteAsync("CREATE TABLE t (n INTEGER)", Token);
        var (entered, open) = (new TaskCompletionSource(), new TaskCompletionSource());
        var writer = database.TransactAsync(async transaction =>
        {
            entered.SetResult();
            await open.Task;
            return await transaction.ExecuteAsync("INSERT INTO t (n) VALUES (1), (2)");
        }, Token);
        await entered.Task;

        var counted = database.ExecuteAsync("UPDATE t SET n = n + 1 WHERE n > 1", Token);
        var returned = database.ExecuteAsync("DELETE FROM t RETURNING n", row => row.GetInt64("n"), Token);
        var none = database.ExecuteAsync("DELETE FROM t", Token);

        Assert.False(counted.IsCompleted || returned.IsCompleted || none.IsCompleted);
        open.SetResult();
        Assert.Equal(2, await writer);
        Assert.Equal((1, "1 3", 0), (await counted, string.Join(' ', (await returned).Order()), await none));
    }

    public void Dispose()
    {
        database.Dispose();
        folder.Dispose();
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static string ReadAsItLikes(Row row)
    {
        if (row.GetInt32("number") == 2) return $"{row.GetStringOrNull("rest")} {row.GetInt64("number")} {row.GetStringOrNull("text") ?? "-"}";
        return row.GetStringOrNull("rest") is { } rest
            ? $"{row.GetInt64("number")} {rest} {row.GetString("text")} {row.GetInt32("number")}"
            : $"{row.GetInt64("number")} {row.GetString("text")} -";
    }
}
