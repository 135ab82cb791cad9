namespace Millrace.Providers.Schemas;

/// <summary>A schema with an address of its own: the whole, and each part that has an <c>$id</c>. References in it begin there.</summary>
internal sealed class SchemaResource(Uri address, JsonTree root)
{
    public Uri Address => address;

    public JsonTree Root => root;

    public Dictionary<string, JsonTree> Anchors { get; } = new(StringComparer.Ordinal);
}
