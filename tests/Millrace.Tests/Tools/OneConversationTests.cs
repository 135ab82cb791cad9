using System.Text.Json;
using Millrace.Contracts;
using Millrace.Tests.Fleet;
using Millrace.Tests.Mcp;
using Millrace.Tests.Servers;
using static Millrace.Tests.Tools.ToolTalk;

namespace Millrace.Tests.Tools;

/// <summary>A tool of the worker's own, one in Python and one of an MCP server, in one conversation.</summary>
[Integration]
public sealed class OneConversationTests(TestServers servers)
{
    [Fact]
    public async Task Tools_of_all_kinds_answer_in_one_turn_which_the_transcript_keeps_and_tail_shows_with_the_same_bytes()
    {
        await using var desk = await Desk.StartAsync();
        await using var fleet = await FleetFixture.StartAsync(servers, 0, [.. McpPrograms.Settings("everything", McpPrograms.Everything)]);
        await fleet.AddWorkerAsync(desk.Tools());
        await using var python = await PythonToolAsync(fleet);
        fleet.Provider.Respond(call =>
        {
            if (ResultsIn(call) is { Count: > 0 } results) call.Text("All said: ", string.Join(" | ", results)).Stop();
            else call.Text("Asking. ").ToolCall("effect", Arguments("umbrella"), "a").ToolCall("get_weather", """{"city":"Oslo"}""", "b")
                .ToolCall("everything_echo", """{"message":"Ärger 👩‍🌾"}""", "c").Finish("tool_calls");
        });
        var session = Guid.CreateVersion7();
        var request = Ask("What is the weather, and have I an umbrella?", "effect", "get_weather", "everything_*") with { SessionId = session };

        await fleet.SubmitAsync(request);
        await fleet.Events.FirstAsync(happened => happened.Id == request.GenerationId && happened.Kind == "chunk");
        var live = Tail(fleet, request.GenerationId);
        var end = await fleet.Events.TerminalAsync(request.GenerationId);
        var seen = (await live.EndAsync()).OutputOrThrow("tail");
        var again = (await Tail(fleet, request.GenerationId).EndAsync()).OutputOrThrow("tail");

        string[] said = ["done: umbrella", """{"city": "Oslo", "degrees": 3, "sky": "clear"}""", "Echo: Ärger 👩‍🌾"];
        Assert.Equal($"All said: {string.Join(" | ", said)}", end.Text);
        var transcript = await Sessions.Conversation.TranscriptAsync(fleet, session);
        Assert.Equal([MessageRole.User, MessageRole.Assistant, MessageRole.Tool, MessageRole.Assistant], transcript.Select(message => message.Role));
        Assert.Equal(["effect", "get_weather", "everything_echo"], transcript[1].ToolCalls!.Select(call => call.Name));
        Assert.Equal(said, transcript[2].ToolResults!.Select(result => result.Text));
        Assert.Equal(transcript[1].ToolCalls!.Select(call => call.Id), transcript[2].ToolResults!.Select(result => result.CallId));
        var chunks = again.TrimEnd('\n').Split('\n').Select(line => JsonElement.Parse(line)).ToList();
        Assert.Equal(3, chunks.Count(chunk => chunk.GetProperty("kind").GetString() == "ToolResult"));
        Assert.Equal(again, seen);
        Assert.Equal(end.Message.GetProperty("lastSequence").GetInt32(), chunks.Count);
    }

    private static LocalCommand Tail(FleetFixture fleet, Guid id) => LocalCommand.Start(
        ["tail", $"{id}", "--json"], new Dictionary<string, string?> { ["ConnectionStrings__RabbitMq"] = fleet.RabbitMq, ["ConnectionStrings__Postgres"] = fleet.Postgres });

    private static async Task<GuardedProcess> PythonToolAsync(FleetFixture fleet)
    {
        var python = File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3"; // Debian's own is the one that sees python3-pika
        var tool = await GuardedProcess.StartAsync(
            [python, Path.Combine(TestPaths.Repository, "samples", "python", "tool.py")], new Dictionary<string, string?> { ["AMQP_URL"] = fleet.RabbitMq });
        await tool.Output.WaitForLineAsync("the fleet has get_weather");
        return tool;
    }
}
