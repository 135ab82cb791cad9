using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Millrace.Persistence.Sql;

namespace Millrace.Persistence.Commit;

/// <summary>
/// The one write loop of a worker. It takes all waiting writes of all streams into one round trip and one commit, so
/// nobody waits for more than the commit in flight. While the database is away it keeps them, in order, and tries
/// again.
/// </summary>
public sealed partial class GroupCommit : IAsyncDisposable
{
    private const int MostInOneCommit = 256;

    /// <summary>How long the end waits for a database that is away.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    private readonly IDatabase database;
    private readonly DatabaseOutage outage;
    private readonly TimeProvider time;
    private readonly ILogger<GroupCommit> log;
    private readonly Channel<IdempotentStatement> waiting = Channel.CreateUnbounded<IdempotentStatement>(new() { SingleReader = true });
    private readonly CancellationTokenSource stop = new();
    private readonly Task loop;

    public GroupCommit(IDatabase database, DatabaseOutage outage, TimeProvider time, ILogger<GroupCommit> log)
    {
        (this.database, this.outage, this.time, this.log) = (database, outage, time, log);
        loop = Task.Run(RunAsync);
    }

    /// <summary>
    /// The row that the statement returned after its commit, or null when its condition did not hold.
    /// </summary>
    /// <remarks>A cancelled wait does not take the write back: it may still be committed.</remarks>
    internal Task<T?> RunAsync<T>(string sql, Func<Row, T> read, CancellationToken cancellation, params object?[] values)
        where T : class
    {
        var statement = new ReturningStatement<T>(sql, read, values);
        Add(statement);
        return statement.Done.WaitAsync(cancellation);
    }

    /// <summary>After its commit, whether the statement has changed a row: whether its condition held.</summary>
    /// <inheritdoc cref="RunAsync{T}" path="/remarks"/>
    internal Task<bool> ExecuteAsync(string sql, CancellationToken cancellation, params object?[] values)
    {
        var statement = new CountingStatement(sql, values);
        Add(statement);
        return statement.Done.WaitAsync(cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        waiting.Writer.TryComplete();
        await loop.WaitAsync(Farewell, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await stop.CancelAsync();
        await loop;
        stop.Dispose();
    }

    private void Add(IdempotentStatement statement) =>
        ObjectDisposedException.ThrowIf(!waiting.Writer.TryWrite(statement), this);

    private async Task RunAsync()
    {
        var batch = new List<IdempotentStatement>();
        while (await waiting.Reader.WaitToReadAsync(CancellationToken.None))
        {
            batch.Clear();
            while (batch.Count < MostInOneCommit && waiting.Reader.TryRead(out var write)) batch.Add(write);
            if (await TryCommitAsync(batch) is { } fault) await CommitOneByOneAsync(batch, fault);
        }
    }

    private async Task<Exception?> TryCommitAsync(IReadOnlyList<IdempotentStatement> writes)
    {
        try
        {
            await outage.WaitOutAsync(token => database.CommitAsync(writes, token), stop.Token);
            foreach (var write in writes) write.Succeed();
            return null;
        }
        catch (Exception fault) // whatever it is, those who wait must hear of it, and the loop must go on
        {
            return fault;
        }
    }

    /// <summary>One statement that the database refuses must not take the others' writes with it.</summary>
    private async Task CommitOneByOneAsync(List<IdempotentStatement> writes, Exception fault)
    {
        LogRefused(writes.Count, fault);
        foreach (var write in writes)
        {
            var refusal = writes.Count > 1 ? await TryCommitAsync([write]) : fault;
            if (refusal is not null) write.Fail(refusal);
        }
    }

    [LoggerMessage(LogLevel.Warning, "A commit of {Count} writes was refused; trying them one by one")]
    private partial void LogRefused(int count, Exception fault);
}
