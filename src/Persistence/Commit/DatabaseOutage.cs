using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;

namespace Millrace.Persistence;

/// <summary>
/// Waits an outage of the database out: the same work again, from 50 ms to 1 s apart, until it succeeds or the token fires.
/// The work must be safe to repeat and must not hold a stream.
/// </summary>
public sealed partial class DatabaseOutage(IDatabase database, ILogger<DatabaseOutage> log)
{
    private readonly ResiliencePipeline pipeline = new ResiliencePipelineBuilder()
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
                if (args.AttemptNumber % 10 == 0) LogAway(log, args.AttemptNumber + 1, args.Outcome.Exception!.Message);
                return default;
            },
        })
        .Build();

    /// <summary>Runs <paramref name="work"/> until it succeeds, fails for good, or <paramref name="cancellation"/> fires.</summary>
    public async Task WaitOutAsync(Func<CancellationToken, Task> work, CancellationToken cancellation) =>
        await pipeline.ExecuteAsync(static async (state, token) => await state(token), work, cancellation);

    /// <inheritdoc cref="WaitOutAsync"/>
    public async Task<T> WaitOutAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellation) =>
        await pipeline.ExecuteAsync(static async (state, token) => await state(token), work, cancellation);

    [LoggerMessage(LogLevel.Warning, "The database does not answer (try {Try}): {Reason}")]
    private static partial void LogAway(ILogger log, int @try, string reason);
}
