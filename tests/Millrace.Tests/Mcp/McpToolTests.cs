using Millrace.Tests.Fleet;
using Millrace.Tests.Servers;
using static Millrace.Tests.Tools.ToolTalk;

namespace Millrace.Tests.Mcp;

[Collection(McpFleet.Name)]
[Integration]
public sealed class McpToolTests(McpFleet given)
{
    private readonly FleetFixture fleet = given.Fleet;

    [Fact]
    public async Task A_model_calls_a_tool_of_a_server_and_the_transcript_has_the_result()
    {
        fleet.Provider.Respond(call =>
        {
            if (ResultsIn(call) is { Count: > 0 } results) call.Text($"It said: {results[0]}").Usage(1, 1).Stop();
            else call.ToolCall("everything_get-sum", """{"a":20,"b":22}""").Usage(1, 1).Finish("tool_calls");
        });

        var id = await fleet.SubmitAsync(Ask($"What is 20 + 22? {Guid.NewGuid()}", "everything_get-sum"));
        var end = await fleet.Events.TerminalAsync(id);
        await fleet.AssertStreamIsWholeAsync(id);

        Assert.Equal(("completed", "It said: The sum of 20 and 22 is 42."), (end.Kind, end.Text));
        Assert.Equal(["ToolCall", "ToolResult", "Text"], fleet.Events.Of(id).Where(seen => seen.Kind == "chunk").DistinctBy(seen => seen.Sequence).OrderBy(seen => seen.Sequence)
            .Select(chunk => chunk.String("kind")).Distinct());
        Assert.Equal("everything_get-sum completed \"The sum of 20 and 22 is 42.\"",
            await fleet.QueryAsync<string>("SELECT name || ' ' || state || ' ' || result::text FROM tool_calls WHERE generation_id = $1", id));
    }

    [Fact]
    public async Task Nothing_of_the_workers_environment_reaches_the_program_of_a_server()
    {
        var (environment, _) = await given.CallAsync("everything_get-env");

        Assert.Contains("given to the server", environment, StringComparison.Ordinal);
        Assert.Contains("PATH", environment, StringComparison.Ordinal);
        Assert.All([FleetFixture.Key, fleet.RabbitMq, fleet.Postgres, "ConnectionStrings", "Millrace__", "ASPNETCORE"],
            secret => Assert.DoesNotContain(secret, environment, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_behind_an_address_answers_too() =>
        Assert.Equal(("Echo: over HTTP", false), await given.CallAsync("web_echo", new { message = "over HTTP" }));

    [Fact]
    public async Task Only_the_tools_that_the_settings_name_are_offered()
    {
        var (refusal, _) = await given.CallAsync("web_get-sum");

        Assert.Contains("Tools names 'web_get-sum', which the fleet does not have.", refusal, StringComparison.Ordinal);
        Assert.Contains("web_echo", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_result_with_structure_is_JSON_once()
    {
        var (result, _) = await given.CallAsync("everything_get-structured-content", new { location = "Chicago" });

        Assert.Contains("humidity", System.Text.Json.JsonElement.Parse(result).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_is_passed_on_once_and_a_picture_not_at_all()
    {
        var (text, picture) = (Path.Combine(given.Folder, "a.txt"), Path.Combine(given.Folder, "a.png"));
        await File.WriteAllTextAsync(text, "the text of a file", TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(picture, Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAAB"), TestContext.Current.CancellationToken);

        Assert.Equal(("the text of a file", false), await given.CallAsync("files_read_text_file", new { path = text }));
        Assert.Equal(("[image, image/png, 24 bytes; not passed on]", false), await given.CallAsync("files_read_media_file", new { path = picture }));
    }

    [Theory]
    [InlineData("odd_annotated", "noted", false)]
    [InlineData("odd_linked", "[link to resource file:///a: a]", false)]
    [InlineData("odd_twice", "two rows", false)]
    [InlineData("odd_structured", "{\"rows\":[1,2],\"picture\":\"[bytes, of unknown type, 70 bytes; not passed on]\",\"shot\":\"[image, image/png, 70 bytes; not passed on]\"}", false)]
    [InlineData("odd_newer", "[hologram; not passed on]", false)]
    [InlineData("odd_unreadable", "The tool 'odd_unreadable' failed: The MCP server 'odd' has answered the call, and its answer could not be read. The call was made.", true)]
    public async Task An_answer_is_read_as_far_as_it_can_be(string tool, string expected, bool isError) =>
        Assert.Equal((expected, isError), await given.CallAsync(tool));

    [Fact]
    public async Task An_annotated_answer_of_the_protocols_own_server_is_read() =>
        Assert.Contains("Error", (await given.CallAsync("everything_get-annotated-message", new { messageType = "error" })).Result, StringComparison.Ordinal);

    [Fact]
    public async Task A_tool_that_must_be_a_task_or_cannot_be_read_is_left_out_and_costs_no_other_its_place()
    {
        foreach (var (tool, why) in new[] { ("long", "it must be run as a task"), ("hinted", "description of it could not be read") })
        {
            var (refusal, _) = await given.CallAsync($"odd_{tool}");
            Assert.Contains($"'odd_{tool}', which the fleet does not have.", refusal, StringComparison.Ordinal);
            Assert.Contains("odd_twice", refusal, StringComparison.Ordinal);
            Assert.Contains(fleet.Workers[0].Lines, line => line.Contains($"Tool '{tool}' of MCP server 'odd' is left out: ", StringComparison.Ordinal) && line.Contains(why, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task An_image_is_named_and_left_behind()
    {
        var (result, _) = await given.CallAsync("everything_get-tiny-image");

        Assert.Contains("[image, image/png, ", result, StringComparison.Ordinal);
        Assert.DoesNotContain("iVBOR", result, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tool_whose_name_no_provider_takes_gets_another() => Assert.Equal(("odd", false), await given.CallAsync("c_odd_name_1"));

    [Fact]
    public async Task An_error_is_the_models_to_read() =>
        Assert.Equal(("The tool 'c_fail' failed: the disk is full", true), await given.CallAsync("c_fail"));

    [Fact]
    public async Task A_call_that_is_given_up_is_cancelled_at_the_server()
    {
        Assert.Equal(("The tool 'c_hang' did not answer within 00:00:05.", true), await given.CallAsync("c_hang"));
        Assert.Equal(("1", false), await given.CallAsync("c_abandoned"));
    }

    [Fact]
    public async Task A_tool_that_a_server_adds_is_there_soon()
    {
        await given.CallAsync("c_grow");
        await Until.EqualAsync(("grown", false), () => given.CallAsync("c_grown"));
    }

    [Fact]
    public void A_server_that_is_not_there_stops_no_worker() => Assert.Contains(fleet.Workers[0].Lines, line =>
        line.Contains("MCP server 'absent' is not there (it could not be started: ", StringComparison.Ordinal));
}
