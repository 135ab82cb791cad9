namespace Millrace.Contracts;

/// <summary>A message that never became a generation. It is also in the intake's error queue when it could not be read.</summary>
public sealed record RequestRejected
{
    /// <summary>The id in the message, or the empty GUID if none could be read.</summary>
    public required Guid GenerationId { get; init; }

    /// <summary>What kind of fault.</summary>
    public required RejectionReason Reason { get; init; }

    /// <summary>The field, its rule and the choices, in a sentence.</summary>
    public required string Message { get; init; }
}
