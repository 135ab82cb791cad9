using System.Runtime.CompilerServices;

namespace Millrace.Providers.Schemas;

/// <summary>
/// The check of one value against a schema. It ends always: what a schema may hold has been looked through, each step is paid for, and it goes only so deep.
/// </summary>
internal sealed class Check(StepBudget steps)
{
    private readonly FlawList flaws = new();
    private int muted;
    private int depth;

    public StepBudget Steps => steps;

    public PatternMatcher Patterns { get; } = new(steps);

    public IReadOnlyList<Flaw> Flaws => flaws.All;

    /// <summary>Nobody asks what is wrong, so the first flaw is enough.</summary>
    public bool IsMuted => muted > 0;

    /// <summary>Whether a value follows a schema. What it breaks is noted, all of it unless muted.</summary>
    /// <param name="seen">Notes which of the value's members or items were looked at, where somebody asks; worth nothing when the answer is no.</param>
    /// <exception cref="SchemaWorkException">It took too much.</exception>
    public bool Fits(SchemaNode schema, JsonTree value, Seen? seen = null)
    {
        steps.Take();
        if (schema.Verdict is { } verdict) return verdict || Broken(value, "false", "nothing is allowed here");
        if (++depth > SchemaLimits.EvaluationDepth) throw new SchemaWorkException($"goes more than {SchemaLimits.EvaluationDepth:N0} schemas deep");
        var own = schema.AsksWhatIsSeen ? Seen.Another(seen ?? new Seen(0), value, steps) : seen;
        var isGood = true;
        foreach (var rule in schema.Rules)
        {
            steps.Take();
            if (!isGood && (IsMuted || rule.AsksWhatIsSeen)) break; // what was seen holds only for what fits
            isGood &= rule.Holds(this, value, own);
        }
        if (isGood && own is not null && seen is not null && own != seen) seen.Add(own);
        depth--;
        return isGood;
    }

    /// <summary>The same, and what it breaks is nobody's business.</summary>
    public bool FitsQuietly(SchemaNode schema, JsonTree value, Seen? seen = null)
    {
        muted++;
        var isGood = Fits(schema, value, seen);
        muted--;
        return isGood;
    }

    /// <summary>A flaw would be kept; if not, its text need not be written.</summary>
    public bool Listens => muted == 0 && !flaws.IsFull;

    /// <summary>Notes a flaw. Always false.</summary>
    public bool Broken(JsonTree value, string rule, [InterpolatedStringHandlerArgument("")] ref FlawText what)
    {
        if (Listens) flaws.Add(new(value.Location, rule, what.ToString()));
        return false;
    }

    /// <summary>Notes a flaw. Always false.</summary>
    public bool Broken(JsonTree value, string rule, string what)
    {
        if (Listens) flaws.Add(new(value.Location, rule, what));
        return false;
    }

    /// <summary>Begins with branches, of which some may not fit.</summary>
    public int Mark => flaws.Mark;

    /// <summary>Enough branches fit: what is wrong with the others does not count.</summary>
    public bool Forget(int mark)
    {
        flaws.BackTo(mark);
        return true;
    }

    /// <summary>Too few branches fit: that comes first, then what is wrong with each. Always false.</summary>
    public bool BrokenSince(int mark, JsonTree value, string rule, string what)
    {
        if (!IsMuted) flaws.Insert(mark, new(value.Location, rule, what));
        return false;
    }
}
