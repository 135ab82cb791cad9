namespace Millrace.Persistence.Model;

/// <summary>One row per <c>GenerationId</c>: what was asked, who runs it, how it ended.</summary>
internal sealed class Generation
{
    public Guid Id { get; set; }
    public required string Tenant { get; set; }
    public required string State { get; set; }

    /// <summary>The queue it waits on: <c>provider.class</c> of the current candidate.</summary>
    public required string Lane { get; set; }

    /// <summary>0 is the request's own provider, n its n-th fallback.</summary>
    public int Candidate { get; set; }

    public required string Provider { get; set; }
    public required string Model { get; set; }
    public required string Channel { get; set; }
    public Guid? SessionId { get; set; }

    /// <summary>The batch that it is a line of.</summary>
    public Guid? BatchId { get; set; }

    /// <summary>Which line of it.</summary>
    public long? BatchLine { get; set; }

    /// <summary>Its place in its session, in order of arrival. Absent without a session.</summary>
    public long? Turn { get; set; }

    /// <summary>It has interrupted the session, so it goes before those that wait.</summary>
    public bool GoesFirst { get; set; }

    /// <summary>
    /// The request as JSON, with its session's defaults filled in; absent when it was refused for its size.
    /// </summary>
    public string? Request { get; set; }

    /// <summary>SHA-256 of the request: the same id with another one is refused.</summary>
    public required byte[] RequestHash { get; set; }

    /// <summary>The fence: every claim adds one, and every write of a run names the one it holds.</summary>
    public int Epoch { get; set; }

    public Guid? Owner { get; set; }
    public Guid? ClaimId { get; set; }

    /// <summary>The owners that it was taken from, since they were dead: their ids, with a space between two.</summary>
    public string? LostWorkers { get; set; }

    /// <summary>Provider calls begun.</summary>
    public int Attempt { get; set; }

    /// <summary>Provider calls that failed, as a JSON array.</summary>
    public string? Failures { get; set; }

    public DateTimeOffset ReceivedAt { get; set; }
    public DateTimeOffset? StartedAt { get; set; }
    public DateTimeOffset? FinishedAt { get; set; }
    public DateTimeOffset? NotBefore { get; set; }
    public DateTimeOffset? NotAfter { get; set; }

    /// <summary>
    /// When a ticket or an announcement was last sent for it; the sweeper lets a moment pass before it sends another.
    /// </summary>
    public DateTimeOffset NudgedAt { get; set; }

    /// <summary>When the broker confirmed the terminal event.</summary>
    public DateTimeOffset? AnnouncedAt { get; set; }

    /// <summary>When its chunks were removed from the log.</summary>
    public DateTimeOffset? LogRemovedAt { get; set; }

    /// <summary>
    /// When what was said in it was erased. The row stays, so that a late repeat of its request is still known.
    /// </summary>
    public DateTimeOffset? ErasedAt { get; set; }

    /// <summary>
    /// The W3C <c>traceparent</c> of who asked, so that whoever goes on with it goes on with the trace.
    /// </summary>
    public string? TraceParent { get; set; }

    /// <summary>What its events carry of the message that asked for it, as JSON.</summary>
    public string? Correlation { get; set; }

    /// <summary>Who wants its terminal event as an answer: a JSON object a line.</summary>
    public string? Requesters { get; set; }

    public long LastSequence { get; set; }

    /// <summary>The terminal event as JSON: text, usage, timings and all.</summary>
    public string? Outcome { get; set; }

    public long? InputTokens { get; set; }
    public long? CachedTokens { get; set; }
    public long? OutputTokens { get; set; }
    public long? ReasoningTokens { get; set; }

    /// <summary>What its provider calls cost, in billionths of a US dollar. Absent: not known.</summary>
    public long? CostNanos { get; set; }
}
