using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Millrace.Client.Errors;
using Millrace.Client.Streaming;
using Millrace.Contracts;

namespace Millrace.Client.Chat;

/// <summary>The fleet as an <see cref="IChatClient"/>: each call is one generation.</summary>
/// <param name="calls">The way to the fleet.</param>
/// <param name="model">The model of calls that name none.</param>
/// <param name="cancelAbandoned">Whether a generation is cancelled whose call is left.</param>
/// <param name="owner">The client that it belongs to, for those who ask for it.</param>
internal sealed class FleetChatClient(GenerationCalls calls, string? model, bool cancelAbandoned, object owner) : IChatClient
{
    /// <summary>How long a call that is being left waits for its cancel to be confirmed.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

    private readonly ChatClientMetadata metadata = new("millrace", null, model);

    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var (opened, callers) = Open(messages, options, cancellationToken);
        await using var stream = opened;
        try
        {
            var kept = await ReadAsync(stream, cancellationToken);
            return ChatAnswers.Response(await stream.Completion.WaitAsync(cancellationToken), kept, callers);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await AbandonAsync(stream);
            throw;
        }
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var (opened, callers) = Open(messages, options, cancellationToken);
        await using var stream = opened;
        ChunkProduced? given = null;
        var restarted = false;
        try
        {
            await foreach (var chunk in stream)
            {
                if (chunk.Kind == ChunkKind.Restarted && given?.Sequence > (chunk.KeepThrough ?? 0))
                {
                    restarted = true;
                    throw new GenerationRestartedException(stream.GenerationId, chunk.KeepThrough ?? 0);
                }

                if (ChatAnswers.Update(chunk, callers) is not { } update)
                    continue;
                given = chunk;
                yield return update;
            }

            yield return ChatAnswers.End(await stream.Completion, given);
        }
        finally
        {
            if (!restarted && !stream.Ended)
                await AbandonAsync(stream);
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        if (serviceKey is not null)
            return null;
        if (serviceType == typeof(ChatClientMetadata))
            return metadata;
        if (serviceType.IsInstanceOfType(this))
            return this;
        return serviceType == owner.GetType() ? owner : null;
    }

    public void Dispose()
    {
        // The connection belongs to the MillraceClient.
    }

    /// <summary>The stream, and the names of the tools whose calls are the caller's to run.</summary>
    private (GenerationStream Stream, IReadOnlySet<string> Callers) Open(IEnumerable<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var request = ChatRequests.From(calls.NewId(), messages, options, model);
        var callers = (request.CallerTools ?? []).Select(tool => tool.Name).ToHashSet(StringComparer.Ordinal);
        return (calls.StreamAsync(request, first: null, cancellationToken), callers);
    }

    /// <summary>Reads to the end and keeps what no restart took back.</summary>
    private static async Task<List<ChunkProduced>> ReadAsync(
        GenerationStream stream, CancellationToken cancellationToken)
    {
        var kept = new List<ChunkProduced>();
        await foreach (var chunk in stream.WithCancellation(cancellationToken))
        {
            if (chunk.Kind == ChunkKind.Restarted)
                kept.RemoveAll(piece => piece.Sequence > (chunk.KeepThrough ?? 0));
            else
                kept.Add(chunk);
        }

        return kept;
    }

    private async Task AbandonAsync(GenerationStream stream)
    {
        if (!cancelAbandoned)
            return;
        using var deadline = new CancellationTokenSource(Farewell, calls.Time);
        try
        {
            await calls.CancelAsync(stream.GenerationId, "The chat call was left.", deadline.Token);
        }
        catch (Exception)
        {
            // The caller is leaving already and hears of that. A generation that could not be cancelled ends by itself.
        }
    }
}
