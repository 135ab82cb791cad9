using Millrace.Client;
using Millrace.Client.Streaming;
using Millrace.Contracts;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Client.Fakes;

internal static class Reading
{
    /// <summary>Streams for as long as the test runs.</summary>
    public static GenerationStream Stream(this MillraceClient client, string prompt) =>
        client.StreamAsync(prompt, cancellationToken: TestContext.Current.CancellationToken);

    /// <summary>Streams for as long as the test runs.</summary>
    public static GenerationStream Stream(this MillraceClient client, GenerateRequested request) =>
        client.StreamAsync(request, TestContext.Current.CancellationToken);

    /// <summary>Follows for as long as the test runs.</summary>
    public static GenerationStream Follow(this MillraceClient client, Guid id, long afterSequence = 0) =>
        client.FollowAsync(id, afterSequence, TestContext.Current.CancellationToken);

    /// <summary>Reads a stream to its end.</summary>
    public static async Task<List<long>> SequencesAsync(this GenerationStream stream, Func<ChunkProduced, Task>? each = null)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(Patience.Long);
        var read = new List<long>();
        await foreach (var chunk in stream.WithCancellation(deadline.Token))
        {
            read.Add(chunk.Sequence);
            if (each is not null)
                await each(chunk);
        }

        return read;
    }

    /// <summary>1, 2, 3 … through <paramref name="last"/>.</summary>
    public static IEnumerable<long> Through(long last, long after = 0) => Enumerable.Range((int)after + 1, (int)(last - after)).Select(n => (long)n);
}
