using System.Reflection;
using System.Text.RegularExpressions;
using ArchUnitNET.Loader;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Architecture;

/// <summary>The folders of a project are a list, printed in docs/architecture.md. A folder uses only those before it, so there is no cycle.</summary>
public sealed partial class FolderOrderTests
{
    private static readonly string[] Ordered = ["Persistence", "Providers", "Dialects", "Engine", "Mcp", "Client", "Client.RabbitMq", "Gateway", "Worker"];

    private static readonly Dictionary<string, ArchUnitNET.Domain.Architecture> Loaded = Ordered.ToDictionary(
        project => project, project => new ArchLoader().LoadAssemblies(Assembly.Load($"Millrace.{project}")).Build());

    /// <summary>What stands in no folder, and is used by none.</summary>
    private const string Root = "";

    public static TheoryData<string> Projects => [.. Ordered];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_folder_uses_only_those_before_it(string project)
    {
        List<string> order = [.. OrderOf(project), Root];
        var upward =
            from type in Loaded[project].Types
            let user = FolderOf(project, type)
            from dependency in type.Dependencies
            where dependency.Target is not ArchUnitNET.Domain.GenericParameter // a `T` is one of nobody's folder
            let used = FolderOf(project, dependency.Target)
            where user is not null && used is not null && order.IndexOf(used) > order.IndexOf(user)
            select $"{user} uses {used}: {type.Name} > {dependency.Target.Name}";

        Assert.Empty(upward.Distinct());
    }

    /// <summary>A new folder is given its place before it is used.</summary>
    [Theory]
    [MemberData(nameof(Projects))]
    public void The_list_names_each_folder_once(string project)
    {
        var folders = SourceTree.Below($"src/{project}")
            .Select(file => Path.GetDirectoryName(Path.GetRelativePath($"src/{project}", file.Name))!)
            .Where(folder => folder.Length > 0)
            .Distinct();

        Assert.Equal(folders.Order(StringComparer.Ordinal), OrderOf(project).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_namespace_is_its_folder(string project) => Assert.Empty(
        from file in SourceTree.Below($"src/{project}")
        let folder = Path.GetDirectoryName(Path.GetRelativePath("src", file.Name))!
        let expected = $"Millrace.{folder.Replace('/', '.')}"
        from line in file.Code
        where line.StartsWith("namespace ", StringComparison.Ordinal) && line != $"namespace {expected};"
        select $"{file.Name} has '{line}'; expected is {expected}");

    /// <summary>Null for what is not in a folder of the project: a type of a library, one that the compiler made, or a migration, which EF made.</summary>
    private static string? FolderOf(string project, ArchUnitNET.Domain.IType type)
    {
        var root = $"Millrace.{project}";
        var name = type.Namespace?.FullName ?? "";
        if (name == root)
            return Root;
        var isOurs = name.StartsWith(root + ".", StringComparison.Ordinal) && !name.StartsWith(root + ".Migrations", StringComparison.Ordinal);
        return isOurs ? name[(root.Length + 1)..].Replace('.', '/') : null;
    }

    /// <summary>The entries of the list under the project's heading: <c>1. `Folder`: what it is</c>.</summary>
    private static List<string> OrderOf(string project)
    {
        var page = File.ReadAllText(Path.Combine(TestPaths.Repository, "docs/architecture.md"));
        var section = page.Split("\n## ").Single(part => part.StartsWith($"src/{project}\n", StringComparison.Ordinal));
        return [.. Entry().Matches(section).Select(match => match.Groups["folder"].Value)];
    }

    [GeneratedRegex(@"^\d+\. `(?<folder>[\w/]+)`", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Entry();
}
