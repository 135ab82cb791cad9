namespace Millrace.Providers.Schemas;

/// <summary>The first flaws that were found. What was found in a branch that turned out not to matter is taken back.</summary>
internal sealed class FlawList
{
    private const int Most = 10;

    private readonly List<Flaw> flaws = [];

    public IReadOnlyList<Flaw> All => flaws;

    /// <summary>To be given to <see cref="BackTo"/> or <see cref="Insert"/>.</summary>
    public int Mark => flaws.Count;

    public bool IsFull => flaws.Count == Most;

    public void Add(Flaw flaw)
    {
        if (!IsFull) flaws.Add(flaw);
    }

    /// <summary>Puts one before those that were found since.</summary>
    public void Insert(int mark, Flaw flaw)
    {
        flaws.Insert(mark, flaw);
        if (flaws.Count > Most) flaws.RemoveAt(Most);
    }

    public void BackTo(int mark) => flaws.RemoveRange(mark, flaws.Count - mark);
}
