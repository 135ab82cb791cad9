using System.Security.Authentication;
using Microsoft.Extensions.Logging;
using Millrace.Contracts;
using Millrace.Persistence.Sql;
using Polly;
using Polly.Retry;

namespace Millrace.Persistence.Commit;

/// <summary>
/// Waits an outage of the database out: the same work again, from 50 ms to 1 s apart, until it succeeds or the token
/// fires. The work must be safe to repeat and must not hold a stream.
/// </summary>
public sealed partial class DatabaseOutage(IDatabase database, TimeProvider time, ILogger<DatabaseOutage> log)
{
    private readonly ResiliencePipeline pipeline = new ResiliencePipelineBuilder { TimeProvider = time }
        .AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = args => ValueTask.FromResult(args.Outcome.Exception is { } fault && database.IsTransient(fault)),
            MaxRetryAttempts = int.MaxValue,
            Delay = TimeSpan.FromMilliseconds(50),
            MaxDelay = TimeSpan.FromSeconds(1),
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            OnRetry = args =>
            {
                if (args.AttemptNumber % 10 == 0) LogAway(log, args.AttemptNumber + 1, Describe(args.Outcome.Exception!));
                return default;
            },
        })
        .Build();

    /// <summary>
    /// What is left of the waiting where somebody waits who would rather hear that the database is away.
    /// </summary>
    private static readonly AsyncLocal<TimeSpan?> Longest = new();

    /// <summary>
    /// What a fault says, with the reason of a refused certificate, which the driver keeps to itself. Neither holds a
    /// password.
    /// </summary>
    public static string Describe(Exception fault)
    {
        for (var cause = fault.InnerException; cause is not null; cause = cause.InnerException)
        {
            if (cause is AuthenticationException refused)
                return $"{fault.Message}: {refused.Message} The server's certificate must lead to an authority in the file that the connection string names as Root Certificate, else to one "
                    + "that this machine trusts, and with SSL Mode=VerifyFull be for its host.";
        }
        return fault.Message;
    }

    /// <summary>From here on in this flow of execution, nobody waits longer for the database than this.</summary>
    public static void LimitTo(TimeSpan longest) => Longest.Value = longest;

    /// <summary>
    /// For work that takes its time itself: from here on in this flow of execution there is no such limit.
    /// </summary>
    internal static void LiftLimit() => Longest.Value = null;

    /// <summary>True for a fault that passes by itself, so that it says nothing about what was to be done.</summary>
    public bool IsTransient(Exception fault) => fault is DatabaseUnavailableException || database.IsTransient(fault);

    /// <summary>
    /// Runs <paramref name="work"/> until it succeeds, fails for good, or <paramref name="cancellation"/> fires.
    /// </summary>
    /// <exception cref="DatabaseUnavailableException">It takes longer than this flow waits.</exception>
    public async Task WaitOutAsync(Func<CancellationToken, Task> work, CancellationToken cancellation) => await WaitOutAsync(async token =>
    {
        await work(token);
        return true;
    }, cancellation);

    /// <inheritdoc cref="WaitOutAsync"/>
    public async Task<T> WaitOutAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellation)
    {
        if (Longest.Value is not { } longest) return await RunAsync(work, cancellation);
        using var deadline = Deadline.After(longest, time, cancellation);
        try
        {
            return await RunAsync(work, deadline.Token);
        }
        catch (OperationCanceledException late) when (deadline.HasPassed && !cancellation.IsCancellationRequested)
        {
            throw new DatabaseUnavailableException(longest, late);
        }
    }

    /// <inheritdoc cref="IDatabase.QueryAsync"/>
    internal Task<List<T>> QueryAsync<T>(
        string sql, Func<Row, T> read, CancellationToken cancellation, params object?[] values) =>
        WaitOutAsync(token => database.QueryAsync(sql, read, token, values), cancellation);

    /// <summary>The row of a query that finds one at most, or null.</summary>
    internal async Task<T?> FindAsync<T>(
        string sql, Func<Row, T> read, CancellationToken cancellation, params object?[] values) where T : class? =>
        (await QueryAsync(sql, read, cancellation, values)).SingleOrDefault();

    /// <summary>Runs one statement that writes, and says how many rows it has changed. It must be safe to repeat.</summary>
    internal Task<int> ExecuteAsync(string sql, CancellationToken cancellation, params object?[] values) =>
        WaitOutAsync(token => database.ExecuteAsync(sql, token, values), cancellation);

    /// <inheritdoc cref="IDatabase.TransactAsync"/>
    internal Task<T> TransactAsync<T>(Func<ITransaction, Task<T>> work, CancellationToken cancellation) =>
        WaitOutAsync(token => database.TransactAsync(work, token), cancellation);

    private ValueTask<T> RunAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellation) =>
        pipeline.ExecuteAsync(static async (state, token) => await state(token), work, cancellation);

    [LoggerMessage(LogLevel.Warning, "The database does not answer (try {Try}): {Reason}")]
    private static partial void LogAway(ILogger log, int @try, string reason);
}
