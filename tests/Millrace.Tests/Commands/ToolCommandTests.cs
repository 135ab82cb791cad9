using System.Text.Json;
using Millrace.Contracts;
using Millrace.Tests.Fleet;
using Millrace.Tests.Servers;
using Millrace.Tests.Tools;
using Millrace.Worker.Cli;
using static Millrace.Tests.Tools.ToolTalk;

namespace Millrace.Tests.Commands;

[Collection(ToolFleet.Name)]
[Integration]
public sealed class ToolCommandTests : IDisposable
{
    private readonly CommandFolder folder = new();
    private readonly FleetFixture fleet;
    private readonly Desk desk;

    public ToolCommandTests(ToolFleet given)
    {
        (fleet, desk) = (given.Fleet, given.Desk);
        folder.Environment["ConnectionStrings__RabbitMq"] = fleet.RabbitMq;
        folder.Environment["ConnectionStrings__Postgres"] = fleet.Postgres;
    }

    [Fact]
    public async Task What_tools_do_is_told_beside_the_answer_and_can_be_read_again()
    {
        var (what, session) = ($"line {Guid.NewGuid()}", Guid.CreateVersion7().ToString());
        fleet.Provider.Respond(call => CallThenTell(call, ("effect", what)));

        var ended = await folder.RunAsync("generate", "--tool", "effect*", "--max-steps", "3", "--session", session, "Do it at the command line.");

        Assert.Equal((0, $"The desk said: done: {what}\n"), (ended.ExitCode, ended.Output));
        string[] lines = [$$"""[calling effect {"what":"{{what}}"}]""", $"[effect: done: {what}]"];
        Assert.Equal(lines, ended.Error.TrimEnd('\n').Split('\n'));
        var shown = (await folder.RunAsync("sessions", "show", session)).OutputOrThrow("show");
        Assert.All(lines, line => Assert.Contains(line, shown, StringComparison.Ordinal));
        var id = (await fleet.Events.FirstAsync(seen => seen.Kind == "completed" && seen.String("sessionId") == session)).Id;
        Assert.Equal($"Let me see. \n{lines[0]}\n\n{lines[1]}\nThe desk said: done: {what}\n", (await folder.RunAsync("tail", $"{id}")).OutputOrThrow("tail"));
    }

    [Fact]
    public async Task The_form_of_JSON_output_stays_and_a_tool_that_the_fleet_does_not_have_is_told()
    {
        var what = $"json {Guid.NewGuid()}";
        fleet.Provider.Respond(call => CallThenTell(call, ("effect", what)));

        var ended = await folder.RunAsync("generate", "--tool", "effect", "--json", "Do it as JSON.");
        var refused = await folder.RunAsync("generate", "--tool", "nowhere", "Do it nowhere.");

        Assert.Equal($"The desk said: done: {what}", JsonDocument.Parse(ended.OutputOrThrow("generate")).RootElement.GetProperty("text").GetString());
        CommandFolder.AssertExplained(refused, 1, "InvalidRequest: Tools names 'nowhere', which the fleet does not have.");
    }

    [Theory]
    [InlineData("approve", "done: ")]
    [InlineData("deny", "The call was refused, so it was not made. Too dear.")]
    public async Task A_note_says_which_command_agrees_or_refuses(string verb, string result)
    {
        var what = $"{verb} {Guid.NewGuid()}";
        fleet.Provider.Respond(call => CallThenTell(call, ("effect_if_agreed", what)));
        var asking = folder.Start("generate", "--tool", "effect_if_agreed", $"Ask before you {verb}.");

        var words = (await asking.Output.WaitForLineAsync("waits for consent", Patience.Long)).Split('\'')[1].Split(' ');
        string[] reason = verb == "deny" ? ["--reason", "Too dear."] : [];
        (await folder.RunAsync([verb, words[1], words[2], .. reason])).OutputOrThrow(verb);

        var answer = (await asking.EndAsync()).OutputOrThrow("generate");
        Assert.StartsWith("The desk said: ", answer, StringComparison.Ordinal);
        Assert.Contains(result, answer, StringComparison.Ordinal);
        Assert.Equal(verb == "approve" ? 1 : 0, desk.For(what).Count);
    }

    [Fact]
    public async Task At_a_terminal_one_is_asked()
    {
        var what = $"key {Guid.NewGuid()}";
        fleet.Provider.Respond(call => CallThenTell(call, ("effect_if_agreed", what)));
        using var terminal = new Terminal(folder.Environment, "chat", "--tool", "*");
        await terminal.SeeAsync("> ");
        await terminal.PressAsync("Ask at the terminal.\n");
        await terminal.SeeAsync("Allow effect_if_agreed");
        await terminal.SeeAsync("? [y/n] ");
        await terminal.PressAsync("y");
        await terminal.SeeAsync($"The desk said: done: {what}");
        await terminal.SeeAsync("> ");
        await terminal.PressAsync("\x03");

        Assert.Equal(130, await terminal.ExitCodeAsync());
    }

    [Fact]
    public void A_long_result_is_one_short_line()
    {
        var line = ToolLines.Of(new ChunkProduced
        {
            GenerationId = Guid.NewGuid(),
            Sequence = 1,
            Epoch = 1,
            Step = 1,
            Kind = ChunkKind.ToolResult,
            Text = $"a\n\n  b{new string('x', 500)}",
            ToolCall = new ToolCall("1", "look", "{}"),
            IsError = true,
            ProducedAt = DateTimeOffset.UnixEpoch,
        })!;

        Assert.StartsWith("[look failed: a bxxx", line, StringComparison.Ordinal);
        Assert.EndsWith("x…]", line, StringComparison.Ordinal);
        Assert.InRange(line.Length, 200, 220);
    }

    public void Dispose() => folder.Dispose();
}
