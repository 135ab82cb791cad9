using System.Collections.Concurrent;

namespace Millrace.Client.Requests;

/// <summary>The answers of one kind that somebody waits for, by request. Safe for concurrent use; one that nobody waits for is dropped.</summary>
internal sealed class AwaitedAnswers<T>(Func<T, Guid> requestOf)
{
    private readonly ConcurrentDictionary<Guid, TaskCompletionSource<T>> byRequest = new();

    /// <summary>Begins to wait. Call it before the request goes out, and <see cref="Forget"/> in the end.</summary>
    public Task<T> Expect(Guid requestId) =>
        byRequest.GetOrAdd(requestId, _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public void Accept(T answer)
    {
        if (byRequest.TryGetValue(requestOf(answer), out var awaited))
            awaited.TrySetResult(answer);
    }

    public void Forget(Guid requestId) => byRequest.TryRemove(requestId, out _);

    /// <summary>Ends the waiting of all.</summary>
    public void Fail(Exception error)
    {
        foreach (var awaited in byRequest.Values)
        {
            if (awaited.TrySetException(error))
                _ = awaited.Task.Exception;
        }
    }
}
