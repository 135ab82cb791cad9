using Millrace.Contracts;

namespace Millrace.Client.Streaming;

/// <summary>
/// The calls that begin, follow and end generations, on one connection. The client, its sessions, its chats and its batches are made of them. Each listens
/// first, and sends or asks then.
/// </summary>
internal sealed class GenerationCalls(IFleetConnection connection, TimeProvider time)
{
    public TimeProvider Time => time;

    public Guid NewId() => Guid.CreateVersion7(time.GetUtcNow());

    /// <summary>A prompt under a new id.</summary>
    public GenerateRequested Request(string prompt, string? model)
    {
        ArgumentException.ThrowIfNullOrEmpty(prompt);
        return new GenerateRequested { GenerationId = NewId(), Prompt = prompt, Model = model };
    }

    public async Task<Guid> SubmitAsync(GenerateRequested request, CancellationToken cancellationToken)
    {
        Check(request);
        await connection.SubmitAsync(request, cancellationToken);
        return request.GenerationId;
    }

    /// <summary>Waits for the end of a generation that exists.</summary>
    public async Task<GenerationCompleted> WaitAsync(Guid generationId, CancellationToken cancellationToken)
    {
        var feed = Feed(generationId, withChunks: false, afterSequence: 0);
        return await CompleteAsync(feed, connection.JoinAsync(feed, cancellationToken), cancellationToken);
    }

    /// <summary>Does what comes first, then sends and waits for the answer.</summary>
    public Task<GenerationCompleted> GenerateAsync(
        GenerateRequested request, Func<CancellationToken, Task>? first, CancellationToken cancellationToken)
    {
        Check(request);
        var feed = connection.CreateFeed(request, withChunks: false);
        return CompleteAsync(feed, connection.OpenAsync(feed, request, first, cancellationToken), cancellationToken);
    }

    /// <summary>Does what comes first, then sends and streams.</summary>
    public GenerationStream StreamAsync(
        GenerateRequested request, Func<CancellationToken, Task>? first, CancellationToken cancellationToken)
    {
        Check(request);
        var feed = connection.CreateFeed(request, withChunks: true);
        var opened = connection.OpenAsync(feed, request, first, cancellationToken);
        return new GenerationStream(connection, feed, opened, cancellationToken);
    }

    /// <summary>Streams a generation that exists.</summary>
    public GenerationStream FollowAsync(Guid generationId, long afterSequence, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(afterSequence);
        var feed = Feed(generationId, withChunks: true, afterSequence);
        return new GenerationStream(connection, feed, connection.JoinAsync(feed, cancellationToken), cancellationToken);
    }

    public async Task CancelAsync(Guid generationId, string? reason, CancellationToken cancellationToken)
    {
        Check(generationId);
        await connection.CancelAsync(new CancelGeneration { GenerationId = generationId, Reason = reason }, cancellationToken);
    }

    public async Task DecideAsync(DecideToolCall decision, CancellationToken cancellationToken)
    {
        Check(decision.GenerationId);
        await connection.DecideAsync(decision, cancellationToken);
    }

    private GenerationFeed Feed(Guid generationId, bool withChunks, long afterSequence)
    {
        Check(generationId);
        return connection.CreateFeed(generationId, withChunks, afterSequence);
    }

    /// <summary>A generation that fails is a task that has failed: it is thrown where its caller awaits it, and not by each await on the way.</summary>
    private Task<GenerationCompleted> CompleteAsync(
        GenerationFeed feed, Task opened, CancellationToken cancellationToken) =>
        EndedAsync(feed, opened, cancellationToken).Unwrap();

    private async Task<Task<GenerationCompleted>> EndedAsync(
        GenerationFeed feed, Task opened, CancellationToken cancellationToken)
    {
        try
        {
            await opened;
            var completion = feed.Completion.WaitAsync(cancellationToken);
            await ((Task)completion).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return completion;
        }
        finally
        {
            connection.Leave(feed);
        }
    }

    private static void Check(GenerateRequested request)
    {
        ArgumentNullException.ThrowIfNull(request);
        Check(request.GenerationId);
    }

    private static void Check(Guid generationId)
    {
        if (generationId != Guid.Empty)
            return;
        throw new ArgumentException(
            "GenerationId is the empty GUID. Give each generation an id of its own, for example Guid.CreateVersion7().", nameof(generationId));
    }
}
