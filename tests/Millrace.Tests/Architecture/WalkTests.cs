using System.Text.RegularExpressions;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Architecture;

/// <summary>The ways of a prompt and of a chunk, as docs/architecture.md tells them: each step is a method that exists.</summary>
public sealed partial class WalkTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(TestPaths.Repository, "docs/architecture.md"));

    public static TheoryData<string, string> Steps
    {
        get
        {
            var steps = new TheoryData<string, string>();
            foreach (Match match in Step().Matches(Page)) steps.Add(match.Groups["file"].Value, match.Groups["method"].Value);
            return steps;
        }
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public void A_step_is_a_method(string file, string method)
    {
        var path = Path.Combine(TestPaths.Repository, $"src/{file}.cs");

        Assert.True(File.Exists(path), $"There is no {path}.");
        Assert.Matches($@"\b(public|private|internal|protected)\b[^=;\n]* {method}(<\w+>)?\(", File.ReadAllText(path));
    }

    [Fact]
    public void A_prompt_reaches_its_provider_in_25_steps()
    {
        var section = Page.Split("\n## ").Single(part => part.StartsWith("The way of a prompt\n", StringComparison.Ordinal));

        Assert.InRange(Step().Count(section), 10, 25);
    }

    [GeneratedRegex(@"^\| \d+ \| `(?<file>[\w/]+)\.(?<method>\w+)` \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Step();
}
