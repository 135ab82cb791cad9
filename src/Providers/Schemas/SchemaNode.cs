namespace Millrace.Providers.Schemas;

/// <summary>One schema, of those in a schema.</summary>
internal sealed class SchemaNode(SchemaNode? parent, string key)
{
    /// <summary>What <c>true</c> and <c>false</c> say of every value; null for a schema with rules.</summary>
    public bool? Verdict { get; set; }

    /// <summary>In the order in which they are looked at: those that ask what others have looked at come last.</summary>
    public Rule[] Rules { get; set; } = [];

    /// <summary>Some rule asks which members or items others have looked at.</summary>
    public bool AsksWhatIsSeen { get; set; }

    /// <summary>A JSON pointer, with long names cut.</summary>
    public string Location
    {
        get
        {
            var keys = new Stack<string>();
            for (var at = this; at is not null; at = at.Parent)
                if (at.Key.Length > 0) keys.Push(at.Key);
            return '#' + string.Concat(keys);
        }
    }

    private SchemaNode? Parent => parent;

    private string Key => key;
}
