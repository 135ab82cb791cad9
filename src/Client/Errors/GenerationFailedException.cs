using Millrace.Contracts;

namespace Millrace.Client.Errors;

/// <summary>The generation has failed.</summary>
public sealed class GenerationFailedException(GenerationFailed failed)
    : Exception($"Generation {failed.GenerationId} failed with {failed.Reason}: {failed.Message}")
{
    /// <summary>The event: reason, whether the same request can succeed later, provider, attempts, partial text.</summary>
    public GenerationFailed Failed { get; } = failed;
}
