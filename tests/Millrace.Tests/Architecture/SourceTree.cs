using Millrace.Tests.Servers;

namespace Millrace.Tests.Architecture;

/// <summary>The sources as files, named relative to the root of the repository; nothing generated.</summary>
internal static class SourceTree
{
    private static readonly string[] Generated = ["bin", "obj", "Migrations"];

    /// <summary>All files of these kinds below a folder.</summary>
    public static IReadOnlyList<SourceFile> Below(string folder, string pattern = "*.cs") =>
    [
        .. Directory.EnumerateFiles(Path.Combine(TestPaths.Repository, folder), pattern, SearchOption.AllDirectories)
            .Select(path => new SourceFile(Path.GetRelativePath(TestPaths.Repository, path), path))
            .Where(file => !file.Name.Split('/').Intersect(Generated).Any())
            .OrderBy(file => file.Name, StringComparer.Ordinal),
    ];
}

/// <param name="Name">For example <c>src/Worker/Messaging/IntakeConsumer.cs</c>.</param>
/// <param name="Path">Where it lies.</param>
internal sealed record SourceFile(string Name, string Path)
{
    public string Text { get; } = File.ReadAllText(Path);

    /// <summary>Without lines that are only comment, which may name anything.</summary>
    public IEnumerable<string> Code => Text.Split('\n').Where(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal));

    public bool IsBelow(string folder) => Name.StartsWith(folder + "/", StringComparison.Ordinal);
}
