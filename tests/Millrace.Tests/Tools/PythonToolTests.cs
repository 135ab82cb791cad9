using Millrace.Tests.Fleet;
using Millrace.Tests.Servers;
using static Millrace.Tests.Tools.ToolTalk;

namespace Millrace.Tests.Tools;

/// <summary>The Python sample of a tool, as a new user would run it.</summary>
[Collection(ToolFleet.Name)]
[Integration]
public sealed class PythonToolTests(ToolFleet given)
{
    private readonly FleetFixture fleet = given.Fleet;

    [Fact]
    public async Task A_model_calls_a_function_written_in_Python()
    {
        var environment = new Dictionary<string, string?> { ["AMQP_URL"] = fleet.RabbitMq };
        using var folder = new ScratchFolder("python-tool");
        var python = File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3"; // Debian's own is the one that sees python3-pika
        await using var tool = await GuardedProcess.StartAsync(
            [python, Path.Combine(TestPaths.Repository, "samples", "python", "tool.py")], environment, folder.Path);
        await tool.Output.WaitForLineAsync("the fleet has get_weather");
        var asked = 0;
        fleet.Provider.Respond(call =>
        {
            if (ResultsIn(call) is { Count: > 0 } results) call.Text(string.Join(" | ", results)).Stop();
            else if (asked++ == 0) call.ToolCall("get_weather", """{"city":"Tromsø"}""").Finish("tool_calls");
            else call.ToolCall("get_weather", """{"city":"Oslo"}""", "theirs_2").Finish("tool_calls");
        });

        var first = await fleet.Events.TerminalAsync(await fleet.SubmitAsync(Ask("The weather in Tromsø?", "get_weather")));
        var second = await fleet.Events.TerminalAsync(await fleet.SubmitAsync(Ask("The weather in Oslo?", "get_*")));

        Assert.Equal("""{"city": "Tromsø", "degrees": 5, "sky": "clear"}""", first.Text);
        Assert.Equal("""{"city": "Oslo", "degrees": 3, "sky": "clear"}""", second.Text);
        Assert.Contains("""get_weather {"city":"Oslo"}""", tool.Output.Lines);
    }
}
