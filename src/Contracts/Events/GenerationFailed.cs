namespace Millrace.Contracts;

/// <summary>The generation has ended without an answer. Exactly one terminal event belongs to a generation; it may arrive more than once, with the same message id.</summary>
public sealed record GenerationFailed
{
    /// <summary>Which generation.</summary>
    public required Guid GenerationId { get; init; }

    /// <summary>The generation's session, if it has one.</summary>
    public Guid? SessionId { get; init; }

    /// <summary>What kind of failure.</summary>
    public required FailureReason Reason { get; init; }

    /// <summary>The cause, the rule and the choices, in a sentence. Never holds prompt, answer or key.</summary>
    public required string Message { get; init; }

    /// <summary>True when the same request can succeed at another time.</summary>
    public required bool Retryable { get; init; }

    /// <summary>The provider that failed last, if one was reached.</summary>
    public string? Provider { get; init; }

    /// <summary>Its model.</summary>
    public string? Model { get; init; }

    /// <summary>Its HTTP status, if it answered with one.</summary>
    public int? HttpStatus { get; init; }

    /// <summary>Its own id for the request, to quote to its support.</summary>
    public string? ProviderRequestId { get; init; }

    /// <summary>Its own code for the error, or its type, where it gave one of at most 64 letters, digits, <c>_</c>, <c>.</c> and <c>-</c>.</summary>
    public string? ProviderCode { get; init; }

    /// <summary>Which member of the call it refused, by its own name for it, such as <c>max_tokens</c> or <c>messages.2.content</c>.</summary>
    public string? ProviderParam { get; init; }

    /// <summary>Provider calls that were made; 0 for a request that was refused before.</summary>
    public required int Attempts { get; init; }

    /// <summary>What failed before the last failure, oldest first. Absent if nothing did.</summary>
    public IReadOnlyList<AttemptFailure>? Failures { get; init; }

    /// <summary>US dollars that its provider calls cost, as far as they were counted; absent if nothing is known.</summary>
    public decimal? Cost { get; init; }

    /// <summary>Text that had arrived in the last attempt. Absent if none had.</summary>
    public string? PartialText { get; init; }

    /// <summary>
    /// Members of the request that no request has, as they were spelled, and so did nothing: at most 16, each cut to 64 characters. Those of its options stand
    /// behind <c>options.</c>. Absent if none.
    /// </summary>
    public IReadOnlyList<string>? IgnoredMembers { get; init; }

    /// <summary>The sequence of the last chunk, 0 if there is none.</summary>
    public required long LastSequence { get; init; }

    /// <summary>Where the time went.</summary>
    public required GenerationTimings Timings { get; init; }
}
