using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Millrace.Contracts;
using Millrace.Tests.Servers;
using Millrace.Worker.Cli;
using Millrace.Worker.Cli.Terminal;

namespace Millrace.Tests.Documents;

/// <summary>What the documents show is what the tree holds.</summary>
public sealed partial class ReadmeTests
{
    private static readonly string[] Documents =
    [
        "README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "bench/README.md",
        .. Directory.GetFiles(Path.Combine(TestPaths.Repository, "docs"), "*.md", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(TestPaths.Repository, path)),
    ];

    private static readonly JsonSerializerOptions Strict = new(ContractsJson.Options) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    [Fact]
    public void Every_snippet_that_names_a_file_is_that_file()
    {
        var found = Documents.SelectMany(document => Snippet().Matches(Read(document))).ToList();
        Assert.NotEmpty(found);
        Assert.All(found, snippet => Assert.Equal(Read(snippet.Groups["file"].Value).Trim(), snippet.Groups["text"].Value.Trim()));
    }

    [Fact]
    public void Every_command_of_the_worker_parses()
    {
        var commands = Documents.SelectMany(document => WorkerCommand().Matches(Read(document))).Select(match => match.Groups["arguments"].Value.Split("  #")[0].Trim()).ToList();
        Assert.True(commands.Count >= 4, "the README shows the worker's commands");
        Assert.All(commands, command => Assert.Empty(CommandLine.Create(new Millrace.Engine.Tools.LocalTools(), new CommandConsole()).Parse(command).Errors));
    }

    [Fact]
    public void Every_message_that_is_shown_can_be_read()
    {
        var shown = Json().Matches(Read("docs/messages.md")).Select(match => JsonDocument.Parse(match.Groups["text"].Value).RootElement).ToList();
        Assert.True(shown.Count >= 7, "docs/messages.md shows requests and answers");
        Assert.All(shown, message => Assert.NotNull(message.Deserialize(TypeOf(message), Strict)));
    }

    [Fact]
    public void Every_link_leads_somewhere()
    {
        Assert.All(Documents, document =>
        {
            var folder = Path.GetDirectoryName(document)!;
            foreach (var target in Link().Matches(Read(document)).Select(match => match.Groups["target"].Value))
                Assert.True(Path.Exists(Path.Combine(TestPaths.Repository, folder, target)), $"{document} links to {target}");
        });
    }

    /// <summary>A message is known by a member that no other has.</summary>
    private static Type TypeOf(JsonElement message)
    {
        bool Has(string member) => message.TryGetProperty(member, out _);
        return Has("idempotencyKey") ? typeof(ToolCallRequested) : Has("call") ? typeof(ToolApprovalRequested)
            : Has("approve") ? typeof(DecideToolCall) : Has("callId") ? typeof(ToolCallCompleted)
            : Has("generationId") ? typeof(GenerateRequested)
            : Has("sha256") ? typeof(ContentRequested) : Has("contentId") ? typeof(ContentAnswered) : Has("operation") ? typeof(SessionRequested)
            : Has("parameters") ? typeof(RegisterTool) : Has("name") ? typeof(ToolRegistered)
            : Has("models") ? typeof(CapabilitiesAnswered) : Has("provider") ? typeof(CapabilitiesRequested) : typeof(SessionAnswered);
    }

    [Fact]
    public void The_README_is_read_in_one_sitting() => Assert.InRange(Read("README.md").Split('\n').Length, 1, 200);

    private static string Read(string path) => File.ReadAllText(Path.Combine(TestPaths.Repository, path));

    [GeneratedRegex(@"<!-- file: (?<file>\S+) -->\n```\w+\n(?<text>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Snippet();

    [GeneratedRegex(@"^```json\n(?<text>.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Json();

    [GeneratedRegex(@"^(.*&& )?dotnet run --project src/Worker --(?<arguments>.*)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex WorkerCommand();

    [GeneratedRegex(@"\]\((?<target>[^)#:]+)\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Link();
}
