using Millrace.Contracts;

namespace Millrace.Client.Errors;

/// <summary>The generation was ended by a <see cref="CancelGeneration"/>, whoever sent it.</summary>
/// <remarks>Not an <see cref="OperationCanceledException"/>: that one is thrown when the caller's own token was cancelled.</remarks>
public sealed class GenerationCancelledException(GenerationCancelled cancelled)
    : Exception($"Generation {cancelled.GenerationId} was cancelled{(cancelled.Reason is { } reason ? $": {reason}" : ".")}")
{
    /// <summary>The event: reason, partial text, usage so far.</summary>
    public GenerationCancelled Cancelled { get; } = cancelled;
}
