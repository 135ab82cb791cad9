namespace Millrace.Contracts;

/// <summary>The answer to a <see cref="SessionRequested"/>: what was asked for, or a problem.</summary>
public sealed record SessionAnswered
{
    /// <summary>Which request.</summary>
    public required Guid RequestId { get; init; }

    /// <summary>The request's <see cref="SessionRequested.CallId"/>. Absent if it had none.</summary>
    public Guid? CallId { get; init; }

    /// <summary>The tenant that was asked about.</summary>
    public string? Tenant { get; init; }

    /// <summary>What kind of problem. Absent: it is done.</summary>
    public SessionProblem? Problem { get; init; }

    /// <summary>The problem in a sentence: cause, rule and choices. Absent without one.</summary>
    public string? Message { get; init; }

    /// <summary>The session as it is now; the copy after a fork. Absent after a delete and a list.</summary>
    public SessionDescription? Session { get; init; }

    /// <summary>A page of its messages, in order. Present after a read.</summary>
    public IReadOnlyList<SessionMessage>? Messages { get; init; }

    /// <summary>A page of sessions. Present after a list.</summary>
    public IReadOnlyList<SessionDescription>? Sessions { get; init; }

    /// <summary>True when there is more behind this page.</summary>
    public bool HasMore { get; init; }
}
