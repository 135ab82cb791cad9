namespace Millrace.Contracts;

/// <summary>
/// Asks for a session to be made, read or changed. Any worker does it and answers with <see cref="SessionAnswered"/>. The same
/// <see cref="RequestId"/> again, of the same tenant and session, is the same request: nothing is added twice.
/// </summary>
/// <remarks>A session also comes into being with the first <see cref="GenerateRequested"/> that names it.</remarks>
public sealed record SessionRequested
{
    /// <summary>The request's identity, chosen by the asker; it is in the answer. Required, not the empty GUID.</summary>
    public required Guid RequestId { get; init; }

    /// <summary>What to do. Required.</summary>
    public required SessionOperation Operation { get; init; }

    /// <summary>Which session. Required for all but <see cref="SessionOperation.List"/>.</summary>
    public Guid SessionId { get; init; }

    /// <summary>Whose it is: <c>[A-Za-z0-9_.-]{1,64}</c>. Default: <c>default</c>.</summary>
    public string? Tenant { get; init; }

    /// <summary>Create: instructions before the conversation. Default: none.</summary>
    public string? SystemPrompt { get; init; }

    /// <summary>Create: the provider for requests in it that name none. Default: the worker's.</summary>
    public string? Provider { get; init; }

    /// <summary>Create: the model for requests in it that name neither provider nor model. Default: the provider's.</summary>
    public string? Model { get; init; }

    /// <summary>Create: options for requests in it; an option of the request goes before the session's. Default: none.</summary>
    public GenerationOptions? Options { get; init; }

    /// <summary>Create: the producer's own labels, as in <see cref="GenerateRequested.Metadata"/>. Default: none.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>Create and append: messages, oldest first, kept exactly; at most 1,000 in one request. Ordinals and times of theirs are passed over.</summary>
    public IReadOnlyList<SessionMessage>? Messages { get; init; }

    /// <summary>Fork: the id of the copy. Required there, not the empty GUID.</summary>
    public Guid? NewSessionId { get; init; }

    /// <summary>Fork: the last message to copy, by its ordinal. Default: all.</summary>
    public long? ThroughOrdinal { get; init; }

    /// <summary>Read: the page begins after this ordinal. Default: 0, at the beginning.</summary>
    public long AfterOrdinal { get; init; }

    /// <summary>List: the page begins after this one, the last of the page before. Default: at the beginning.</summary>
    public Guid? AfterSessionId { get; init; }

    /// <summary>Read and list: the most entries in the answer, 1 to 500. Default: 100. A page of messages also ends at 1 MiB.</summary>
    public int? Limit { get; init; }

    /// <summary>
    /// An id of this one sending, which the answer carries: who asks for others, under ids that they choose, tells answers apart by it. Default: none.
    /// </summary>
    public Guid? CallId { get; init; }

    /// <summary>The channel label in the answer's routing key, so that only the asker gets it. Default: <c>default</c>.</summary>
    public string? Channel { get; init; }
}
