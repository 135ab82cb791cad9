using Millrace.Client;
using Millrace.Contracts;
using Millrace.Gateway.Streams;

namespace Millrace.Gateway.OpenAI.Chat;

/// <summary>What a reader who cannot forget has been told, and what of a new attempt is new to it.</summary>
internal sealed class ToldText
{
    private readonly SpokenText counts = new();
    private string told = "";
    private bool again;
    private long kept;

    /// <summary>Text that the reader has not been told.</summary>
    /// <exception cref="GenerationRestartedException">The new attempt says something else than the reader has been told.</exception>
    public string? Add(Guid generation, ChunkProduced chunk)
    {
        counts.Add(chunk);
        if (!again) return chunk.Text;
        var now = counts.ToString();
        if (now.Length <= told.Length) return told.StartsWith(now, StringComparison.Ordinal) ? null : throw new GenerationRestartedException(generation, kept);
        if (!now.StartsWith(told, StringComparison.Ordinal)) throw new GenerationRestartedException(generation, kept);
        again = false;
        return now[told.Length..];
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
