namespace Millrace.Client.Errors;

/// <summary>The fleet has no such generation, or no longer.</summary>
public sealed class GenerationNotFoundException(Guid generationId)
    : Exception($"The fleet does not know generation {generationId}. Check the id, and that the client uses the same broker, or a gateway of the same fleet, as the producer.")
{
    /// <summary>The id that was asked for.</summary>
    public Guid GenerationId { get; } = generationId;
}
