using Millrace.Tests.Fleet;
using static Millrace.Tests.Tools.ToolTalk;

namespace Millrace.Tests.Tools;

[Collection(ToolFleet.Name)]
public sealed class LocalToolTests(ToolFleet given)
{
    private readonly FleetFixture fleet = given.Fleet;
    private readonly Desk desk = given.Desk;

    [Fact]
    public async Task A_model_that_calls_a_tool_answers_with_its_result()
    {
        var what = $"look {Guid.NewGuid()}";
        fleet.Provider.Respond(call => CallThenTell(call, ("effect", what)));

        var id = await fleet.SubmitAsync(Ask("What does the desk say?", "effect"));
        var end = await fleet.Events.TerminalAsync(id);
        await fleet.AssertStreamIsWholeAsync(id);

        Assert.Equal(("completed", $"The desk said: done: {what}"), (end.Kind, end.Text));
        Assert.Single(desk.For(what));
        Assert.Equal([("Text", "1"), ("ToolCall", "1"), ("ToolResult", "1"), ("Text", "2")],
            fleet.Chunks(id).Select(chunk => (chunk.String("kind")!, chunk.String("step")!)).Distinct());
        var usage = end.Message.GetProperty("usage");
        Assert.Equal((40, 9), (usage.GetProperty("input").GetInt32(), usage.GetProperty("output").GetInt32()));
        Assert.Equal(2, end.Message.GetProperty("attempts").GetInt32());
        Assert.Equal("completed", await fleet.QueryAsync<string>("SELECT state FROM tool_calls WHERE generation_id = $1", id));
    }
}
