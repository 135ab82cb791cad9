namespace Millrace.Contracts;

/// <summary>
/// A message that the fleet could not take: a request that never became a generation, or any other message to it that could not be read. It is also in the
/// <c>_error</c> or <c>_skipped</c> queue of the one that it was sent to.
/// </summary>
public sealed record RequestRejected
{
    /// <summary>
    /// The id in the request, or the empty GUID if none could be read. Of any other message it is the empty GUID: it says nothing of the generation that the
    /// message may name.
    /// </summary>
    public required Guid GenerationId { get; init; }

    /// <summary>What kind of fault.</summary>
    public required RejectionReason Reason { get; init; }

    /// <summary>The field, its rule and the choices, in a sentence.</summary>
    public required string Message { get; init; }

    /// <summary>What was sent: <c>GenerateRequested</c>, <c>CancelGeneration</c>, and so on, by where it was sent to.</summary>
    public string? MessageType { get; init; }

    /// <summary>The <c>requestId</c> in a question. Absent if there is none.</summary>
    public Guid? RequestId { get; init; }

    /// <summary>The message id that its producer gave it, of AMQP or in the envelope. Absent if none.</summary>
    public string? MessageId { get; init; }

    /// <summary>The correlation id that its producer gave it, of AMQP or in the envelope. Absent if none.</summary>
    public string? CorrelationId { get; init; }
}
