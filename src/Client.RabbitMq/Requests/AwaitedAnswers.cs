using System.Collections.Concurrent;

namespace Millrace.Client.RabbitMq.Requests;

/// <summary>
/// The answers of one kind that somebody waits for, by request, whose id is this process's own and new for each. Safe for concurrent use; one that nobody
/// waits for is dropped.
/// </summary>
internal sealed class AwaitedAnswers<T>(Func<T, Guid> requestOf)
{
    private readonly ConcurrentDictionary<Guid, Awaited<T>> byRequest = new();

    /// <summary>Begins to wait. Call it before the request goes out.</summary>
    /// <exception cref="InvalidOperationException">Somebody waits for the same one: two who share an id would get each other's answer.</exception>
    public Awaited<T> Expect(Guid requestId)
    {
        var awaited = new Awaited<T>(() => byRequest.TryRemove(requestId, out _));
        return byRequest.TryAdd(requestId, awaited) ? awaited
            : throw new InvalidOperationException($"The answer to request {requestId} is waited for already; each request needs an id of its own.");
    }

    public void Accept(T answer)
    {
        if (byRequest.TryGetValue(requestOf(answer), out var awaited))
            awaited.Take(answer);
    }

    /// <summary>Ends the waiting of all.</summary>
    public void Fail(Exception error)
    {
        foreach (var awaited in byRequest.Values)
            awaited.Fail(error);
    }
}
