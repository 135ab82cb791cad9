namespace Millrace.Contracts;

/// <summary>The generation has ended with an answer. Exactly one terminal event belongs to a generation; it may arrive more than once, with the same message id.</summary>
public sealed record GenerationCompleted
{
    /// <summary>Which generation.</summary>
    public required Guid GenerationId { get; init; }

    /// <summary>The generation's session, if it has one.</summary>
    public Guid? SessionId { get; init; }

    /// <summary>The whole answer, exactly as the model produced it.</summary>
    public required string Text { get; init; }

    /// <summary>
    /// What the model thought before this answer, as far as the provider shows it; of a generation that calls the fleet's tools, in its last step. Absent if nothing.
    /// </summary>
    public string? Reasoning { get; init; }

    /// <summary>Why the model stopped.</summary>
    public required FinishReason FinishReason { get; init; }

    /// <summary>
    /// The calls of the request's <see cref="GenerateRequested.CallerTools"/> that the model has made, in its order: they are the caller's to run. Their arguments
    /// are as the model wrote them, whatever the schema says. The finish reason is <see cref="FinishReason.ToolCalls"/> then. Absent if none.
    /// </summary>
    public IReadOnlyList<ToolCall>? ToolCalls { get; init; }

    /// <summary>Who answered: the configured provider.</summary>
    public required string Provider { get; init; }

    /// <summary>Who answered: the model, as the provider names it.</summary>
    public required string Model { get; init; }

    /// <summary>The provider's own count, or absent if it gave none.</summary>
    public TokenUsage? Usage { get; init; }

    /// <summary>
    /// US dollars for all its provider calls, by the workers' prices at the time of each, or absent if a model's price or a count is not known.
    /// </summary>
    public decimal? Cost { get; init; }

    /// <summary>The generation whose recorded answer this is: no provider was asked. Absent if one was.</summary>
    public Guid? ReusedFrom { get; init; }

    /// <summary>Provider calls, failed ones included.</summary>
    public required int Attempts { get; init; }

    /// <summary>What failed before, oldest first. Absent if nothing did.</summary>
    public IReadOnlyList<AttemptFailure>? Failures { get; init; }

    /// <summary>Options of the request that the provider has no counterpart for, by their names in the request. Absent if none.</summary>
    public IReadOnlyList<string>? IgnoredOptions { get; init; }

    /// <summary>
    /// Members of the request that no request has, as they were spelled, and so did nothing: at most 16, each cut to 64 characters. Those of its options stand
    /// behind <c>options.</c>. Absent if none.
    /// </summary>
    public IReadOnlyList<string>? IgnoredMembers { get; init; }

    /// <summary>Turns of the session, the oldest, that did not fit into the model's context. Absent if none.</summary>
    public int? OmittedTurns { get; init; }

    /// <summary>The sequence of the last chunk: a reader that has it has seen everything.</summary>
    public required long LastSequence { get; init; }

    /// <summary>Where the time went.</summary>
    public required GenerationTimings Timings { get; init; }
}
