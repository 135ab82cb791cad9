namespace Millrace.Providers.Schemas;

/// <summary>One keyword of a schema, or a few that belong together. A rule says nothing of values of a kind that it is not for: it holds for them.</summary>
internal abstract class Rule(string keyword)
{
    public string Keyword => keyword;

    /// <summary>The schemas that it applies to the value itself, and not to something in it.</summary>
    public virtual IEnumerable<SchemaNode> InPlace => [];

    /// <summary>It asks which members or items the rules before it have looked at.</summary>
    public virtual bool AsksWhatIsSeen => false;

    public abstract bool Holds(Check check, JsonTree value, Seen? seen);
}
