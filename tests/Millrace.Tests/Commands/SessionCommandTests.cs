using System.Text.Json;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Commands;

[Integration]
public sealed class SessionCommandTests : IDisposable
{
    private const string Id = "01957c8e-7a3b-7c52-9d41-2f0b8c6e1a77";

    private readonly CommandFolder folder = new();
    private readonly ScratchFolder files = new("sessions");

    [Fact]
    public async Task Prompts_of_a_session_are_turns_one_after_the_other()
    {
        var answers = Lines(await folder.RunAsync("generate", "--json", "--session", Id, "one", "two"));

        Assert.Equal([Id, Id], answers.Select(answer => answer.GetProperty("sessionId").GetString()));
        var messages = Lines(await folder.RunAsync("sessions", "show", Id, "--json")).Skip(1).ToList();
        Assert.Equal(["one", Text(answers[0]), "two", Text(answers[1])], messages.Select(Text));
        Assert.Equal(["User", "Assistant", "User", "Assistant"], messages.Select(message => message.GetProperty("role").GetString()));
        Assert.Equal([1, 2, 3, 4], messages.Select(message => message.GetProperty("ordinal").GetInt32()));
    }

    [Fact]
    public async Task A_turn_without_a_reply_ends_those_behind_it()
    {
        var ended = await folder.RunAsync("generate", "--session", Id, "--model", "default?fail=ContentFiltered", "one", "two", "three");

        Assert.Equal((1, ""), (ended.ExitCode, ended.Output));
        Assert.Contains("Not asked, because this turn has no reply: 2 more.", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_goes_to_a_file_and_comes_back_and_is_copied_emptied_and_removed()
    {
        var file = files.File("session.json");
        (await folder.RunAsync("generate", "--session", Id, "--system", "Be brief.", "one", "two")).OutputOrThrow("generate");
        Assert.Equal("", (await folder.RunAsync("sessions", "export", Id, "-o", file)).OutputOrThrow("export"));
        var document = await File.ReadAllTextAsync(file);
        Assert.Equal(document, (await folder.RunAsync("sessions", "export", Id)).OutputOrThrow("export"));

        var copy = (await folder.RunWithInputAsync(document, "sessions", "import", "-")).OutputOrThrow("import").Trim();
        Assert.Equal(Texts(await folder.RunAsync("sessions", "show", Id, "--json")), Texts(await folder.RunAsync("sessions", "show", copy, "--json")));
        CommandFolder.AssertExplained(await folder.RunAsync("sessions", "import", file, "--id", Id), 1, $"There is a session {Id} already");

        var fork = (await folder.RunAsync("sessions", "fork", Id, "--through", "2")).OutputOrThrow("fork").Trim();
        Assert.Equal(2, Texts(await folder.RunAsync("sessions", "show", fork, "--json")).Count);
        Assert.Equal($"{Id} is empty.\n", (await folder.RunAsync("sessions", "clear", Id)).OutputOrThrow("clear"));
        Assert.Equal($"{Id} is deleted.\n", (await folder.RunAsync("sessions", "delete", Id)).OutputOrThrow("delete"));
        CommandFolder.AssertExplained(await folder.RunAsync("sessions", "show", Id), 1, $"There is no session {Id}");

        var listed = Lines(await folder.RunAsync("sessions", "list", "--json")).ToDictionary(row => row.GetProperty("sessionId").GetString()!);
        Assert.Equal(new[] { copy, fork }.Order(), listed.Keys.Order());
        Assert.Equal((4, "Be brief."), (listed[copy].GetProperty("messageCount").GetInt32(), listed[copy].GetProperty("systemPrompt").GetString()));
        Assert.Contains(fork, (await folder.RunAsync("sessions", "list")).OutputOrThrow("list"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("clear")]
    [InlineData("delete")]
    [InlineData("fork")]
    [InlineData("export")]
    public async Task A_session_that_is_not_there_is_told(string verb) =>
        CommandFolder.AssertExplained(await folder.RunAsync("sessions", verb, Id), 1, $"There is no session {Id}");

    [Theory]
    [InlineData("""{"schemaVersion":7}""", "Its schemaVersion is 7; this version of Millrace reads 1.")]
    [InlineData("""{"schemaVersion":1,"session":{},"messages":[{"role":"System","text":"x"}]}""", "messages[0] has the role System")]
    public async Task A_file_that_is_no_session_is_explained(string document, string problem) =>
        CommandFolder.AssertExplained(await folder.RunWithInputAsync(document, "sessions", "import", "-"), 1, problem);

    [Theory]
    [InlineData("'x' is not a session's id", "sessions", "show", "x")]
    [InlineData("'x' is not a session's id", "chat", "--session", "x")]
    [InlineData("'x' is not a session's id", "generate", "--session", "x", "prompt")]
    [InlineData("'nowhere.json' cannot be read: ", "sessions", "import", "nowhere.json")]
    [InlineData("--limit is 0", "sessions", "list", "--limit", "0")]
    [InlineData("Required", "sessions")]
    public async Task A_command_line_that_makes_no_sense_is_refused_before_anything_runs(string message, params string[] arguments)
    {
        CommandFolder.AssertExplained(await folder.RunAsync(arguments), 2, message);
        Assert.False(File.Exists(folder.Database));
    }

    public void Dispose()
    {
        folder.Dispose();
        files.Dispose();
    }

    private static List<JsonElement> Lines(CommandResult ended) =>
        [.. ended.OutputOrThrow("the command").TrimEnd('\n').Split('\n').Select(line => JsonDocument.Parse(line).RootElement)];

    private static List<string?> Texts(CommandResult shown) => [.. Lines(shown).Skip(1).Select(Text)];

    private static string? Text(JsonElement record) => record.GetProperty("text").GetString();
}
