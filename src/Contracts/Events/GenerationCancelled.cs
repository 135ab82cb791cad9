namespace Millrace.Contracts;

/// <summary>The generation was ended by <see cref="CancelGeneration"/>. Exactly one terminal event belongs to a generation; it may arrive more than once, with the same message id.</summary>
public sealed record GenerationCancelled
{
    /// <summary>Which generation.</summary>
    public required Guid GenerationId { get; init; }

    /// <summary>The generation's session, if it has one.</summary>
    public Guid? SessionId { get; init; }

    /// <summary>The reason that was given, if one was.</summary>
    public string? Reason { get; init; }

    /// <summary>Text that had arrived. Absent if none had.</summary>
    public string? PartialText { get; init; }

    /// <summary>
    /// Members of the request that no request has, as they were spelled, and so did nothing: at most 16, each cut to 64 characters. Those of its options stand
    /// behind <c>options.</c>. Absent if none.
    /// </summary>
    public IReadOnlyList<string>? IgnoredMembers { get; init; }

    /// <summary>What the provider had counted by then. Absent if nothing.</summary>
    public TokenUsage? Usage { get; init; }

    /// <summary>US dollars that its provider calls cost, as far as they were counted; absent if nothing is known.</summary>
    public decimal? Cost { get; init; }

    /// <summary>Provider calls that were made.</summary>
    public required int Attempts { get; init; }

    /// <summary>The sequence of the last chunk, 0 if there is none.</summary>
    public required long LastSequence { get; init; }

    /// <summary>Where the time went.</summary>
    public required GenerationTimings Timings { get; init; }
}
