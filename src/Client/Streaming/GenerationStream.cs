using Millrace.Client.Errors;
using Millrace.Contracts;

namespace Millrace.Client.Streaming;

/// <summary>
/// A generation as it is produced: its chunks in order of <see cref="ChunkProduced.Sequence"/>, each once, without gap, whatever the broker or the gateway does.
/// When the generation ends without an answer, the enumeration throws after the last chunk what <see cref="Completion"/> throws.
/// </summary>
/// <remarks>
/// Enumerate it once, from one thread at a time; the other members are safe for concurrent use. It listens from the moment it is made.
/// Ending the enumeration or <see cref="DisposeAsync"/> stops listening and cancels nothing: the generation goes on without a reader.
/// </remarks>
public sealed class GenerationStream : IAsyncEnumerable<ChunkProduced>, IAsyncDisposable
{
    private readonly IFleetConnection connection;
    private readonly GenerationFeed feed;
    private readonly CancellationToken cancellationToken;
    private int enumerated;

    internal GenerationStream(
        IFleetConnection connection, GenerationFeed feed, Task opened, CancellationToken cancellationToken)
    {
        (this.connection, this.feed, Opened, this.cancellationToken) = (connection, feed, opened, cancellationToken);
        _ = opened.ContinueWith(
            static failed => _ = failed.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }

    /// <summary>Which generation.</summary>
    public Guid GenerationId => this.feed.Id;

    /// <summary>
    /// Completes when the stream listens and, for a new generation, the broker has confirmed the request or the gateway taken it. Fails with what the
    /// submission failed with; the enumeration and <see cref="Completion"/> fail with the same.
    /// </summary>
    public Task Opened { get; }

    /// <summary>
    /// Completes when a worker has begun; null when that is known from the chunks or the end only, as it is for one who joins late, and over HTTP. Never fails.
    /// </summary>
    public Task<GenerationStarted?> Started => this.feed.Started;

    /// <summary>
    /// Completes when the end is known, which can be before the last chunk has been read.
    /// </summary>
    /// <exception cref="GenerationFailedException">It failed.</exception>
    /// <exception cref="GenerationCancelledException">It was cancelled.</exception>
    /// <exception cref="RequestRejectedException">The request never became a generation.</exception>
    /// <exception cref="GenerationNotFoundException">The fleet does not know the generation.</exception>
    /// <exception cref="NoWorkersException">Nobody takes the request.</exception>
    /// <exception cref="FleetUnreachableException">The broker or the gateway did not take the request in time.</exception>
    /// <exception cref="OperationCanceledException">The token given with the request was cancelled before the request was sent.</exception>
    /// <exception cref="ObjectDisposedException">The stream was left before the end was known.</exception>
    public Task<GenerationCompleted> Completion => this.feed.Completion;

    /// <summary>The generation has ended or will never be.</summary>
    internal bool Ended => this.feed.Ended;

    /// <summary>Reads the chunks.</summary>
    /// <param name="cancellationToken">Ends the reading, not the generation.</param>
    /// <exception cref="InvalidOperationException">The stream is enumerated a second time.</exception>
    /// <exception cref="ChunksExpiredException">The generation ended so long ago that its chunks are gone.</exception>
    public IAsyncEnumerator<ChunkProduced> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        if (Interlocked.Exchange(ref enumerated, 1) == 1)
            throw new InvalidOperationException("A GenerationStream is enumerated once. Follow the generation again for another reading.");
        return ReadAsync(cancellationToken);
    }

    /// <summary>Stops listening. The generation goes on.</summary>
    public ValueTask DisposeAsync()
    {
        this.connection.Leave(this.feed);
        return ValueTask.CompletedTask;
    }

    private async IAsyncEnumerator<ChunkProduced> ReadAsync(CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, this.cancellationToken);
        try
        {
            while (await this.feed.ReadAsync(either.Token) is { } chunk)
            {
                this.connection.Continue(this.feed);
                yield return chunk;
            }
        }
        finally
        {
            await DisposeAsync();
        }
    }
}
