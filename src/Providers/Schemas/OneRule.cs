namespace Millrace.Providers.Schemas;

/// <summary><c>oneOf</c></summary>
internal sealed class OneRule(SchemaNode[] schemas) : Rule("oneOf")
{
    public override IEnumerable<SchemaNode> InPlace => schemas;

    public override bool Holds(Check check, JsonTree value, Seen? seen)
    {
        var (mark, fitting) = (check.Mark, 0);
        foreach (var schema in schemas)
        {
            var own = Seen.Another(seen, value, check.Steps);
            if (!check.Fits(schema, value, own)) continue;
            if (own is not null) seen!.Add(own);
            if (++fitting > 1) break;
        }
        if (fitting == 0) return check.BrokenSince(mark, value, Keyword, $"the value fits none of the {schemas.Length} schemas of oneOf");
        check.Forget(mark);
        return fitting == 1 || check.Broken(value, Keyword, "the value fits more than one of the schemas of oneOf; it must fit exactly one");
    }
}
