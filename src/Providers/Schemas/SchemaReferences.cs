using System.Globalization;
using System.Text.Json;

namespace Millrace.Providers.Schemas;

/// <summary>What <c>$id</c>, <c>$anchor</c> and <c>$ref</c> of one schema mean. Nothing outside of it is ever looked up.</summary>
internal sealed class SchemaReferences(StepBudget steps)
{
    private static readonly Uri Nowhere = new("https://schema.invalid/");

    private readonly Dictionary<string, SchemaResource> byAddress = new(StringComparer.Ordinal);

    /// <summary>The whole schema, before its <c>$id</c> is read.</summary>
    public SchemaResource Begin(JsonTree root) => byAddress[Nowhere.AbsoluteUri] = new(Nowhere, root);

    /// <summary>The resource that a schema with an <c>$id</c> is.</summary>
    /// <exception cref="SchemaException">It is no address, or another's.</exception>
    public SchemaResource Enter(JsonTree schema, string id, SchemaResource around)
    {
        Check(id);
        if (id.StartsWith('#'))
        {
            Name(schema, id[1..], around); // as schemas before 2019 name a part
            return around;
        }
        if (!Uri.TryCreate(around.Address, id, out var address)) throw new SchemaException($"is '{Shown(id)}', which is no address");
        if (address.Fragment.Length > 1) throw new SchemaException($"is '{Shown(id)}'; an address has no '#' with something behind it");
        var bare = Bare(address);
        var resource = new SchemaResource(new Uri(bare), schema);
        if (byAddress.TryAdd(bare, resource)) return resource;
        if (!byAddress[bare].Root.IsEqualTo(schema, steps))
            throw new SchemaException($"is '{Shown(id)}', which another part has, too; each needs its own");
        return resource;
    }

    /// <summary>Gives a part a name within its resource.</summary>
    public static void Name(JsonTree schema, string anchor, SchemaResource within)
    {
        Check(anchor);
        within.Anchors.TryAdd(anchor, schema);
    }

    /// <summary>What a reference leads to.</summary>
    /// <exception cref="SchemaException">It leads out of the schema, or to nothing.</exception>
    public (JsonTree Schema, SchemaResource Within) Find(string reference, SchemaResource from)
    {
        Check(reference);
        var parts = reference.Split('#', 2);
        var (address, fragment) = (parts[0], parts.Length == 2 ? Uri.UnescapeDataString(parts[1]) : "");
        var within = address.Length == 0 ? from : Resource(address, from);
        if (within is null) throw new SchemaException($"is '{Shown(reference)}'; only references inside the schema are followed");
        var target = Part(within, fragment);
        return target is { Kind: JsonValueKind.Object or JsonValueKind.True or JsonValueKind.False }
            ? (target, within)
            : throw new SchemaException($"is '{Shown(reference)}', and there is no schema at that place");
    }

    /// <summary>The whole, what a path leads to, or what has the name.</summary>
    private static JsonTree? Part(SchemaResource within, string fragment)
    {
        if (fragment.Length == 0) return within.Root;
        return fragment[0] == '/' ? Follow(within.Root, fragment) : within.Anchors.GetValueOrDefault(fragment);
    }

    public static string Shown(string text) => text.Length > 100 ? text[..100] + "…" : text;

    private SchemaResource? Resource(string address, SchemaResource from) =>
        Uri.TryCreate(from.Address, address, out var meant) ? byAddress.GetValueOrDefault(Bare(meant)) : null;

    private static JsonTree? Follow(JsonTree root, string pointer)
    {
        var at = root;
        foreach (var escaped in pointer.Split('/').Skip(1))
        {
            var key = escaped.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            if (Below(at, key) is not { } below) return null;
            at = below;
        }
        return at;
    }

    private static JsonTree? Below(JsonTree at, string key)
    {
        if (at.Members.TryGetValue(key, out var member)) return member;
        var isPlace = int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var place);
        return isPlace && place < at.Items.Length ? at.Items[place] : null;
    }

    private static string Bare(Uri address) => address.AbsoluteUri.Split('#')[0];

    private static void Check(string text)
    {
        if (text.Length > SchemaLimits.ReferenceCharacters)
            throw new SchemaException($"has {text.Length:N0} characters; at most {SchemaLimits.ReferenceCharacters:N0} are allowed");
    }
}
