using System.Collections.Concurrent;
using Millrace.Contracts;

namespace Millrace.Client.Sessions;

/// <summary>The answers about sessions that somebody waits for, by request. Safe for concurrent use; one that nobody waits for is dropped.</summary>
internal sealed class AwaitedAnswers
{
    private readonly ConcurrentDictionary<Guid, TaskCompletionSource<SessionAnswered>> byRequest = new();

    /// <summary>Begins to wait. Call it before the request goes out, and <see cref="Forget"/> in the end.</summary>
    public Task<SessionAnswered> Expect(Guid requestId) =>
        byRequest.GetOrAdd(requestId, _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public void Accept(SessionAnswered answered)
    {
        if (byRequest.TryGetValue(answered.RequestId, out var awaited))
            awaited.TrySetResult(answered);
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
