using Millrace.Contracts;

namespace Millrace.Client.RabbitMq.Requests;

/// <summary>
/// The answers about sessions that somebody waits for. Whoever asks may choose the request's id, and two may choose the same one, so each waiting has an id of
/// its own, <see cref="SessionRequested.CallId"/>, and takes only what is of its tenant. Safe for concurrent use; what nobody waits for is dropped.
/// </summary>
internal sealed class SessionAnswers
{
    private readonly Lock gate = new();
    private readonly Dictionary<Guid, Waiter> byCall = [];
    private readonly Dictionary<Guid, List<Waiter>> byRequest = [];

    /// <summary>Begins to wait. Call it before the request goes out.</summary>
    /// <param name="asked">The request, with a <see cref="SessionRequested.CallId"/> that no other has.</param>
    public Awaited<SessionAnswered> Expect(SessionRequested asked)
    {
        var call = asked.CallId!.Value;
        var awaited = new Awaited<SessionAnswered>(() => Forget(asked.RequestId, call));
        var waiter = new Waiter(asked, awaited);
        lock (gate)
        {
            byCall.Add(call, waiter);
            if (byRequest.TryGetValue(asked.RequestId, out var others))
                others.Add(waiter);
            else
                byRequest.Add(asked.RequestId, [waiter]);
        }

        return awaited;
    }

    public void Accept(SessionAnswered answer)
    {
        lock (gate)
        {
            foreach (var waiter in Find(answer).Where(waiter => IsOf(Tenants.Of(waiter.Asked), answer)))
                waiter.Awaited.Take(answer);
        }
    }

    /// <summary>Ends the waiting of all.</summary>
    public void Fail(Exception error)
    {
        lock (gate)
        {
            foreach (var waiter in byCall.Values)
                waiter.Awaited.Fail(error);
        }
    }

    /// <summary>
    /// A worker of a version before the call's id knows the request's only. Where several wait under that one, the answer is theirs if they ask the same, or else
    /// if it says whose it is.
    /// </summary>
    private List<Waiter> Find(SessionAnswered answer)
    {
        if (answer.CallId is { } call)
            return byCall.TryGetValue(call, out var one) ? [one] : [];
        if (!byRequest.TryGetValue(answer.RequestId, out var waiters))
            return [];
        var questions = waiters.DistinctBy(waiter => (Tenants.Of(waiter.Asked), waiter.Asked.SessionId, waiter.Asked.Operation));
        return questions.Count() == 1 ? waiters : [.. waiters.Where(waiter => IsAbout(waiter.Asked, answer))];
    }

    private static bool IsAbout(SessionRequested asked, SessionAnswered answer) =>
        answer.Session?.SessionId == (asked.NewSessionId ?? asked.SessionId);

    private void Forget(Guid request, Guid call)
    {
        lock (gate)
        {
            if (!byCall.Remove(call, out var waiter))
                return;
            var waiters = byRequest[request];
            waiters.Remove(waiter);
            if (waiters.Count == 0)
                byRequest.Remove(request);
        }
    }

    private static bool IsOf(string tenant, SessionAnswered answer) =>
        (answer.Tenant ?? tenant) == tenant
        && (answer.Session?.Tenant ?? tenant) == tenant
        && (answer.Sessions ?? []).All(session => session.Tenant == tenant);

    private sealed record Waiter(SessionRequested Asked, Awaited<SessionAnswered> Awaited);
}
