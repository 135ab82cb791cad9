using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Millrace.Client;
using Millrace.Contracts;

namespace Millrace.Gateway.Documents;

/// <summary>What the comments in the code say about the records that travel, as plain text.</summary>
internal static partial class RecordComments
{
    private static readonly Dictionary<string, XElement> Members = new[] { typeof(GenerateRequested), typeof(MillraceClient) }
        .SelectMany(type => Load(type.Assembly)).ToDictionary(member => member.Attribute("name")!.Value);

    /// <summary>What a record is, or null.</summary>
    public static string? Of(Type type) => Members.GetValueOrDefault($"T:{type.FullName}") is { } member ? Text(member.Element("summary")) : null;

    /// <summary>What a member of it is, or null. A positional record says it in its own parameters.</summary>
    public static string? Of(MemberInfo member)
    {
        var type = member.DeclaringType!.FullName;
        if (Members.TryGetValue($"P:{type}.{member.Name}", out var property)) return Text(property.Element("summary"));
        if (Members.TryGetValue($"F:{type}.{member.Name}", out var value)) return Text(value.Element("summary"));
        return Members.GetValueOrDefault($"T:{type}")?.Elements("param").FirstOrDefault(param => param.Attribute("name")!.Value == member.Name) is { } param ? Text(param) : null;
    }

    /// <summary>What an enum is, and each of its values.</summary>
    public static string OfEnum(Type type) => string.Join('\n',
        [Of(type), .. type.GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => $"- `{field.Name}`: {Of(field)}")]);

    private static List<XElement> Load(Assembly assembly)
    {
        using var source = typeof(RecordComments).Assembly.GetManifestResourceStream($"{assembly.GetName().Name}.xml")!;
        return [.. XDocument.Load(source).Descendants("member")];
    }

    private static string? Text(XElement? comment) => comment is null ? null : Space().Replace(string.Concat(comment.Nodes().Select(Text)), " ").Trim();

    private static string Text(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "see" } list when list.Attribute("cref")?.Value == "P:Millrace.Contracts.MediaTypes.Images" => string.Join(", ", MediaTypes.Images),
        XElement { Name.LocalName: "see" } list when list.Attribute("cref")?.Value == "P:Millrace.Contracts.MediaTypes.Texts" => string.Join(", ", MediaTypes.Texts),
        XElement { Name.LocalName: "see" } see => $"`{Short(see.Attribute("cref")?.Value ?? see.Attribute("langword")?.Value ?? "")}`",
        XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
        XElement other => string.Concat(other.Nodes().Select(Text)),
        _ => "",
    };

    /// <summary>A type's or an enum's value's own name; a member in the case that it has as JSON.</summary>
    private static string Short(string reference)
    {
        var name = Parameters().Replace(reference, "").Split('.')[^1];
        return reference.StartsWith("P:", StringComparison.Ordinal) ? System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(name) : name.Split(':')[^1];
    }

    [GeneratedRegex(@"\s+", RegexOptions.None, 1000)]
    private static partial Regex Space();

    [GeneratedRegex(@"\(.*\)$", RegexOptions.None, 1000)]
    private static partial Regex Parameters();
}
