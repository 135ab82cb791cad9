using Millrace.Client.Streaming;
using Millrace.Contracts;

namespace Millrace.Gateway.Streams;

/// <summary>A stream's chunks, the next one always under way, so that somebody can do something else while it waits; leaving in the middle is safe.</summary>
internal sealed class ChunkReader : IAsyncDisposable
{
    private readonly IAsyncEnumerator<ChunkProduced> chunks;
    private readonly CancellationTokenSource ending;

    /// <param name="stream">The stream.</param>
    /// <param name="ending">Ends the reading; it is cancelled when the reader leaves.</param>
    public ChunkReader(GenerationStream stream, CancellationTokenSource ending)
    {
        this.ending = ending;
        chunks = stream.GetAsyncEnumerator(ending.Token);
        Next = chunks.MoveNextAsync().AsTask();
    }

    /// <summary>Whether there is another chunk.</summary>
    public Task<bool> Next { get; private set; }

    /// <summary>What the stream has failed with, to be told of without throwing it once more.</summary>
    public Exception? Failure => Next.Exception?.InnerException;

    /// <summary>The chunk, once <see cref="Next"/> has said so.</summary>
    public ChunkProduced Current => chunks.Current;

    public void Advance() => Next = chunks.MoveNextAsync().AsTask();

    /// <summary>An enumerator must not be disposed while it moves.</summary>
    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await ((Task)Next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await chunks.DisposeAsync();
    }
}
