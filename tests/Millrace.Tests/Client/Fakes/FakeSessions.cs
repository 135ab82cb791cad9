using System.Collections.Concurrent;
using Millrace.Contracts;

namespace Millrace.Tests.Client.Fakes;

/// <summary>The sessions of a fake fleet: in memory, each request done once, each answer given again when it is asked for again.</summary>
internal sealed class FakeSessions
{
    private readonly Lock gate = new();
    private readonly Dictionary<Guid, SessionAnswered> answers = [];
    private readonly Dictionary<Guid, (SessionRequested Made, List<SessionMessage> Messages)> sessions = [];

    /// <summary>Requests, repeated ones too.</summary>
    public ConcurrentQueue<SessionRequested> Requests { get; } = new();

    /// <summary>Whether the answer to a request is lost, which is done nevertheless.</summary>
    public Func<SessionRequested, bool> Loses { get; set; } = _ => false;

    /// <summary>Refuses a request instead of doing it.</summary>
    public Func<SessionRequested, SessionProblem?> Refuses { get; set; } = _ => null;

    /// <summary>Whether a repeated request gets its answer again, or is done again.</summary>
    public bool Remembers { get; set; } = true;

    /// <summary>The longest page it gives.</summary>
    public int PageLimit { get; set; } = 500;

    /// <summary>The messages of a session, as stored.</summary>
    public IReadOnlyList<SessionMessage> this[Guid id]
    {
        get
        {
            lock (gate)
                return [.. sessions[id].Messages];
        }
    }

    public int Count
    {
        get
        {
            lock (gate)
                return sessions.Count;
        }
    }

    /// <summary>Null when the answer is lost.</summary>
    public SessionAnswered? Answer(SessionRequested request)
    {
        Requests.Enqueue(request);
        lock (gate)
        {
            if (!Remembers || !answers.TryGetValue(request.RequestId, out var answer))
                answers[request.RequestId] = answer = Do(request) with { RequestId = request.RequestId };
            return Loses(request) ? null : answer;
        }
    }

    private SessionAnswered Do(SessionRequested request)
    {
        if (Refuses(request) is { } refused)
            return Problem(refused, $"Refused: {refused}.");
        if (request.Operation == SessionOperation.List)
            return List(request);
        if (request.Operation == SessionOperation.Create && !sessions.ContainsKey(request.SessionId))
            sessions[request.SessionId] = (request, []);
        if (!sessions.TryGetValue(request.SessionId, out var session))
            return Problem(SessionProblem.NotFound, $"There is no session {request.SessionId}.");
        switch (request.Operation)
        {
            case SessionOperation.Append: Add(session.Messages, request.Messages!); break;
            case SessionOperation.Clear: session.Messages.Clear(); break;
            case SessionOperation.Delete: sessions.Remove(request.SessionId); return new SessionAnswered { RequestId = default };
            case SessionOperation.Read: return Page(request, session.Messages);
            case SessionOperation.Fork:
                sessions[request.NewSessionId!.Value] = (session.Made, [.. session.Messages.Take((int)(request.ThroughOrdinal ?? int.MaxValue))]);
                return Done(request.NewSessionId.Value);
        }

        return Done(request.SessionId);
    }

    private static void Add(List<SessionMessage> transcript, IReadOnlyList<SessionMessage> messages)
    {
        foreach (var message in messages)
            transcript.Add(message with { Ordinal = transcript.Count + 1 });
    }

    private SessionAnswered Page(SessionRequested request, List<SessionMessage> messages)
    {
        var rest = messages.Where(message => message.Ordinal > request.AfterOrdinal).ToList();
        var limit = Math.Min(request.Limit ?? 100, PageLimit);
        return Done(request.SessionId) with { Messages = [.. rest.Take(limit)], HasMore = rest.Count > limit };
    }

    private SessionAnswered List(SessionRequested request)
    {
        var rest = sessions.Keys.Order().SkipWhile(id => request.AfterSessionId is { } after && id.CompareTo(after) <= 0).ToList();
        var limit = Math.Min(request.Limit ?? 100, PageLimit);
        return new SessionAnswered { RequestId = default, Sessions = [.. rest.Take(limit).Select(Describe)], HasMore = rest.Count > limit };
    }

    private SessionAnswered Done(Guid id) => new() { RequestId = default, Session = Describe(id) };

    private static SessionAnswered Problem(SessionProblem problem, string message) => new() { RequestId = default, Problem = problem, Message = message };

    private SessionDescription Describe(Guid id)
    {
        var (made, messages) = sessions[id];
        return new SessionDescription
        {
            SessionId = id,
            Tenant = made.Tenant ?? "default",
            SystemPrompt = made.SystemPrompt,
            Provider = made.Provider,
            Model = made.Model,
            Options = made.Options,
            Metadata = made.Metadata,
            MessageCount = messages.Count,
            LastOrdinal = messages.Count,
            Waiting = 0,
            CreatedAt = DateTimeOffset.UnixEpoch,
            UpdatedAt = DateTimeOffset.UnixEpoch,
        };
    }
}
