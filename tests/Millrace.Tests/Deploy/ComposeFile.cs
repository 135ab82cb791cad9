using Millrace.Tests.Servers;

namespace Millrace.Tests.Deploy;

/// <summary>The compose file, cut into its services by indentation: enough to check it without an engine.</summary>
internal static class ComposeFile
{
    private static readonly string[] Lines = File.ReadAllLines(Path.Combine(TestPaths.Repository, "docker-compose.yml"));

    /// <summary>Each service's name and text; what it takes from the shared block is part of it.</summary>
    public static IReadOnlyDictionary<string, string> Services { get; } = Below(Block("services:", indent: 0), indent: 2)
        .ToDictionary(
            service => service.Key,
            service => service.Value.Contains("<<: *millrace", StringComparison.Ordinal)
                ? string.Join('\n', Block("x-millrace:", indent: 0)) + '\n' + service.Value
                : service.Value);

    /// <summary>The items of a list in a service, without quotes.</summary>
    public static IReadOnlyList<string> List(string service, string key) =>
    [
        .. Block(key + ":", indent: 4, Services[service].Split('\n'))
            .Select(line => line.Trim())
            .Where(line => line.StartsWith("- ", StringComparison.Ordinal))
            .Select(line => line[2..].Trim('"')),
    ];

    private static List<string> Block(string head, int indent, IEnumerable<string>? lines = null) =>
    [
        .. (lines ?? Lines)
            .SkipWhile(line => Indent(line) != indent || !line[indent..].StartsWith(head, StringComparison.Ordinal))
            .Skip(1)
            .TakeWhile(line => line.Trim().Length == 0 || Indent(line) > indent),
    ];

    private static Dictionary<string, string> Below(IEnumerable<string> lines, int indent)
    {
        var found = new Dictionary<string, string>();
        var name = "";
        foreach (var line in lines.Where(line => !line.TrimStart().StartsWith('#')))
        {
            if (Indent(line) == indent && line.TrimEnd().EndsWith(':'))
                found[name = line.Trim().TrimEnd(':')] = "";
            else if (name.Length > 0)
                found[name] += line + '\n';
        }

        return found;
    }

    private static int Indent(string line) => line.Length - line.TrimStart().Length;
}
