using System.Text.Json;
using System.Text.RegularExpressions;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Commands;

[Integration]
public sealed partial class ChatCommandTests : IDisposable
{
    private readonly CommandFolder folder = new();

    [Fact]
    public async Task Lines_of_a_pipe_are_turns_and_the_conversation_goes_on_by_its_id()
    {
        var begun = await folder.RunWithInputAsync("one\n\ntwo", "chat", "--system", "Be brief.");
        var id = SessionLine().Match(begun.Error).Groups["id"].Value;
        var gone = await folder.RunWithInputAsync("three\n", "chat", "--session", id);

        Assert.Equal((0, 0), (begun.ExitCode, gone.ExitCode));
        Assert.Contains($"Session {id}: 'chat --session {id}' goes on with it.", begun.Error, StringComparison.Ordinal);
        Assert.Contains($"Session {id}, 4 messages so far", gone.Error, StringComparison.Ordinal);
        var replies = (begun.Output + gone.Output).TrimEnd('\n').Split('\n');
        Assert.Equal(3, replies.Length);
        var shown = (await folder.RunAsync("sessions", "show", id, "--json")).OutputOrThrow("show").TrimEnd('\n').Split('\n')
            .Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal("Be brief.", shown[0].GetProperty("systemPrompt").GetString());
        Assert.Equal(["one", replies[0], "two", replies[1], "three", replies[2]], shown.Skip(1).Select(message => message.GetProperty("text").GetString()));
    }

    [Fact]
    public async Task A_pipe_ends_with_a_turn_that_failed()
    {
        var ended = await folder.RunWithInputAsync("one\ntwo\n", "chat", "--model", "default?fail=ContentFiltered");

        Assert.Equal((1, ""), (ended.ExitCode, ended.Output));
        Assert.Single(ended.Error.Split('\n'), line => line.StartsWith("ContentFiltered", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_session_that_is_not_there_is_told() => CommandFolder.AssertExplained(
        await folder.RunWithInputAsync("one\n", "chat", "--session", "01957c8e-7a3b-7c52-9d41-2f0b8c6e1a77"), 1, "There is no session 01957c8e-7a3b-7c52-9d41-2f0b8c6e1a77");

    [Fact]
    public async Task An_interrupt_ends_the_answer_and_at_the_prompt_the_conversation()
    {
        using var terminal = new Terminal(folder.Environment, "chat", "--model", "default?interval=200ms&words=20000");
        await terminal.SeeAsync("> ");
        await terminal.PressAsync("one\n");
        await terminal.SeeAsync("Simulated reply");
        await terminal.PressAsync("\x03");
        await terminal.SeeAsync("(stopped)");
        await terminal.SeeAsync("> ");
        await terminal.PressAsync("two\n");
        await terminal.SeeAsync("Simulated reply");
        await terminal.PressAsync("\x03");
        await terminal.SeeAsync("> ");
        await terminal.PressAsync("\x03");
        await terminal.SeeAsync("goes on with it.");

        Assert.Equal(130, await terminal.ExitCodeAsync());
        var session = JsonDocument.Parse((await folder.RunAsync("sessions", "list", "--json")).OutputOrThrow("list")).RootElement;
        Assert.Equal(4, session.GetProperty("messageCount").GetInt32());
    }

    public void Dispose() => folder.Dispose();

    [GeneratedRegex(@"^Session (?<id>[0-9a-f-]{36})$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SessionLine();
}
