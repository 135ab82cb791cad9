using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Millrace.Contracts;

namespace Millrace.Client.RabbitMq.Inbox;

/// <summary>Passes on which calls wait for consent. The fleet repeats itself; each reader is told once. Safe for concurrent use.</summary>
internal sealed class ApprovalFeed
{
    private const int MostRemembered = 10_000;

    private readonly Lock gate = new();
    private readonly List<Reader> readers = [];

    public void Accept(ToolApprovalRequested asked)
    {
        lock (gate)
        {
            foreach (var reader in readers)
                reader.Tell(asked);
        }
    }

    /// <summary>Ends all readings.</summary>
    public void Fail(Exception error)
    {
        lock (gate)
        {
            foreach (var reader in readers)
                reader.News.Writer.TryComplete(error);
        }
    }

    /// <summary>Reads what comes from now on; <paramref name="open"/> is done when it is listening already.</summary>
    public async IAsyncEnumerable<ToolApprovalRequested> ReadAsync(
        Func<CancellationToken, Task> open, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reader = new Reader();
        lock (gate)
            readers.Add(reader);
        try
        {
            await open(cancellationToken);
            await foreach (var asked in reader.News.Reader.ReadAllAsync(cancellationToken))
                yield return asked;
        }
        finally
        {
            lock (gate)
                readers.Remove(reader);
        }
    }

    private sealed class Reader
    {
        private readonly HashSet<(Guid Generation, string Call)> told = [];

        public Channel<ToolApprovalRequested> News { get; } = Channel.CreateUnbounded<ToolApprovalRequested>();

        public void Tell(ToolApprovalRequested asked)
        {
            if (told.Count >= MostRemembered)
                told.Clear(); // to be told twice is better than to grow for ever
            if (told.Add((asked.GenerationId, asked.Call.Id)))
                News.Writer.TryWrite(asked);
        }
    }
}
