using System.Net;
using System.Text.Json;
using Millrace.Tests.Fleet;
using Millrace.Tests.Servers;
using static Millrace.Tests.Gateway.GatewayCalls;

namespace Millrace.Tests.Gateway.OpenAI;

/// <summary>Items that an input names instead of holding them.</summary>
[Collection(GatewayFleet.Name)]
[Integration]
public sealed class ItemReferenceTests(GatewayFleet given)
{
    private readonly FleetFixture fleet = given.Fleet;

    [Fact]
    public async Task Thoughts_words_calls_and_inputs_are_found_by_their_ids_at_any_gateway()
    {
        fleet.Provider.Respond(call => call.Reasoning("Hm.").Text("One moment.").ToolCall("own", """{"a":1}""").Finish("tool_calls"));
        var tools = new[] { new { type = "function", name = "own", parameters = new { type = "object" } } };
        var first = await given.Http.PostAsync("/v1/responses", new { model = "scripted/m", input = "Hi.", tools });
        var asked = (await given.Http.GetAsync($"/v1/responses/{first.Text("id")}/input_items", HttpStatusCode.OK)).GetProperty("data")[0].Text("id");
        var output = first.GetProperty("output").EnumerateArray().ToList();
        Assert.Equal(["rs", "msg", "fc"], output.Select(item => item.Text("id").Split('_')[0]));

        fleet.Provider.Respond(call => call.Text("Bye.").Stop());
        await given.Other.PostAsync("/v1/responses", new
        {
            model = "scripted/m",
            tools,
            input = new object[]
            {
                new { id = asked }, // the type may be left out
                Reference(output[0].Text("id")), Reference(output[1].Text("id")), Reference(output[2].Text("id")),
                new { type = "function_call_output", call_id = output[2].Text("call_id"), output = "Done." },
                new { role = "user", content = "And?" },
            },
        });

        var sent = fleet.Provider.Calls[^1].Body.GetProperty("messages").EnumerateArray().ToList();
        Assert.Equal(["user", "assistant", "tool", "user"], sent.Select(message => message.Text("role")));
        Assert.Contains("One moment.", sent[1].GetRawText(), StringComparison.Ordinal);
        Assert.Equal(("Hm.", """{"a":1}"""), (sent[1].Text("reasoning_content"), sent[1].GetProperty("tool_calls")[0].GetProperty("function").Text("arguments")));
        Assert.Contains("Hi.", sent[0].GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("msg_1")]
    [InlineData("rs_0123456789abcdef0123456789abcdef0000")]
    [InlineData("fc_")]
    [InlineData("anything")]
    [InlineData("")]
    public Task One_that_is_not_there_is_told_as_OpenAI_tells_it(string id) => AssertNotFoundAsync(given.Http, id);

    [Fact]
    public async Task An_index_that_the_response_has_not_another_tenants_item_and_one_that_was_not_stored_are_not_there()
    {
        fleet.Provider.Respond(call => call.Text("Mine.").Stop());
        var item = (await given.Http.PostAsync("/v1/responses", new { model = "scripted/m", input = "Hi." })).GetProperty("output")[0].Text("id");
        var gone = (await given.Http.PostAsync("/v1/responses", new { model = "scripted/m", input = "Hi.", store = false })).GetProperty("output")[0].Text("id");
        using var stranger = ClientOf(given.Http.BaseAddress!, await TestKeys.CreateAsync(fleet.Postgres, key => key with { Tenant = "stranger" }));

        await AssertNotFoundAsync(given.Http, item[..^4] + "00ff");
        await AssertNotFoundAsync(stranger, item);
        await AssertNotFoundAsync(given.Http, gone);
    }

    [Fact]
    public async Task An_item_is_found_when_the_log_is_gone_whatever_its_number_was()
    {
        fleet.Provider.Respond(call => call.Text("Hello.").Reasoning("Hm.").Stop()); // the outcome remembers thoughts before words
        var output = (await given.Http.PostAsync("/v1/responses", new { model = "scripted/m", input = "Hi." })).GetProperty("output").EnumerateArray().Select(item => item.Text("id")).ToList();
        var generation = Guid.ParseExact(output[0].Split('_')[1][..32], "N");
        await fleet.UntilAsync("WITH gone AS (DELETE FROM chunks WHERE generation_id = $1 RETURNING 1) SELECT count(*) FROM chunks WHERE generation_id = $1", 0L, generation);

        fleet.Provider.Respond(call => call.Text("Bye.").Stop());
        await given.Http.PostAsync("/v1/responses", new { model = "scripted/m", input = output.Select(Reference).Append(new { role = "user", content = "And?" }) });

        Assert.EndsWith("0000", output[0], StringComparison.Ordinal);
        var reply = fleet.Provider.Calls[^1].Body.GetProperty("messages")[0];
        Assert.Equal("assistant", reply.Text("role"));
        Assert.Contains("Hello.", reply.GetRawText(), StringComparison.Ordinal);
    }

    private static object Reference(string id) => new { type = "item_reference", id };

    private static async Task AssertNotFoundAsync(HttpClient http, string id)
    {
        var answer = await http.PostAsync("/v1/responses", new { model = "scripted/m", input = new[] { Reference(id), new { role = "user", content = "Hi." } } }, HttpStatusCode.NotFound);

        var error = answer.GetProperty("error");
        Assert.StartsWith($"Item with id '{id}' not found.", error.Text("message"), StringComparison.Ordinal);
        Assert.Equal(("invalid_request_error", "input", JsonValueKind.Null), (error.Text("type"), error.Text("param"), error.GetProperty("code").ValueKind));
    }
}
