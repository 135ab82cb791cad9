using System.Text;

namespace Millrace.Engine.Runs;

/// <summary>What a model thinks, as it arrives: deltas join until the provider proves the piece. Each is taken once, however many there are.</summary>
public sealed class ReasoningPieces
{
    private readonly List<Reasoning> proven = [];
    private readonly StringBuilder open = new();

    /// <param name="delta">The next of the text; may be empty.</param>
    /// <param name="proof">What the provider wants to see again, at the end of a piece.</param>
    public void Add(string delta, string? proof)
    {
        open.Append(delta);
        if (string.IsNullOrEmpty(proof)) return;
        proven.Add(new(open.ToString(), proof));
        open.Clear();
    }

    /// <summary>All there is by now, in order.</summary>
    public IReadOnlyList<Reasoning> All() => open.Length == 0 ? [.. proven] : [.. proven, new(open.ToString(), null)];

    public void Clear()
    {
        proven.Clear();
        open.Clear();
    }
}
