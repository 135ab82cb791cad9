using Millrace.Client.Errors;
using Millrace.Contracts;
using Millrace.Gateway.Streams;

namespace Millrace.Gateway.OpenAI.Chat;

/// <summary>What a reader who cannot forget has been told, and what of a new attempt is new to it.</summary>
internal sealed class SentText
{
    private readonly SpokenText counts = new();
    private string told = "";
    private bool again;
    private long kept;

    /// <summary>Text that the reader has not been told.</summary>
    /// <exception cref="GenerationRestartedException">The new attempt says something else than the reader has been told.</exception>
    public string Add(Guid generation, ChunkProduced chunk)
    {
        var (from, piece) = (counts.Length, chunk.Text!);
        counts.Add(chunk);
        if (!again) return piece;
        var known = Math.Min(piece.Length, told.Length - from);
        if (!told.AsSpan(from, known).SequenceEqual(piece.AsSpan(0, known))) throw new GenerationRestartedException(generation, kept);
        again = counts.Length < told.Length;
        return piece[known..];
    }

    /// <summary>A new attempt: what came after a sequence is said again.</summary>
    public void Restart(long keepThrough)
    {
        if (!again) told = counts.ToString(); // a restart within a restart leaves the reader where it was
        kept = keepThrough;
        again = counts.Keep(keepThrough) < told.Length;
    }

    /// <exception cref="GenerationRestartedException">The answer is shorter than what the reader has been told.</exception>
    public void End(Guid generation)
    {
        if (again && counts.Length != told.Length) throw new GenerationRestartedException(generation, kept);
    }
}
