namespace Millrace.Client.Errors;

/// <summary>
/// A new attempt took back text that a streaming chat call had already passed on, which its updates cannot express. The generation goes
/// on: <see cref="MillraceClient.WaitAsync"/> has the whole text, <see cref="MillraceClient.FollowAsync"/> the chunks with their restart marks.
/// </summary>
public sealed class GenerationRestartedException(Guid generationId, long keepThrough) : Exception(
    $"Generation {generationId} was restarted by another attempt after text had been passed on. It goes on: wait for its whole text by its id.")
{
    /// <summary>Which generation.</summary>
    public Guid GenerationId { get; } = generationId;

    /// <summary>Pieces up to this sequence still count; 0: none.</summary>
    public long KeepThrough { get; } = keepThrough;
}
