using Millrace.Client.RabbitMq.Abstractions;
using Millrace.Contracts;
using Millrace.Persistence.Chunks;

namespace Millrace.Gateway.Hosting;

/// <summary>What a stream has missed, straight from the log: a gateway needs no worker for it.</summary>
internal sealed class StoredReplays(ReplayPages pages) : IReplaySource
{
    public async Task<ChunksReplayed?> AskAsync(ReplayRequested question, CancellationToken cancellationToken) =>
        (await pages.ReadAsync(question, cancellationToken)).Page;
}
