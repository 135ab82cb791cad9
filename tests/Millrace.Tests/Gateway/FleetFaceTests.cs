using System.Net;
using System.Text.Json;
using Millrace.Contracts;
using Millrace.Tests.Fleet;
using Millrace.Tests.Servers;
using Millrace.Tests.Tools;

namespace Millrace.Tests.Gateway;

/// <summary>What the fleet says about itself, and the tool calls of its generations.</summary>
[Collection(GatewayFleet.Name)]
[Integration]
public sealed class FleetFaceTests(GatewayFleet given)
{
    private readonly FleetFixture fleet = given.Fleet;

    [Fact]
    public async Task What_models_can_do_is_what_the_workers_say()
    {
        var all = await given.Http.GetAsync("/api/capabilities", HttpStatusCode.OK);
        var one = await given.Http.GetAsync("/api/capabilities?provider=scripted&model=m", HttpStatusCode.OK);
        var none = await given.Http.GetAsync("/api/capabilities?provider=nobody", HttpStatusCode.NotFound);

        Assert.Contains(all.Data(), model => model.Text("provider") == "scripted");
        Assert.Equal("m", Assert.Single(one.Data()).Text("model"));
        Assert.Equal("model_not_found", none.Text("code"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_call_that_waits_for_consent_is_listed_and_decided_once(bool approve)
    {
        var tool = $"pay_{Guid.NewGuid():N}";
        await RegisterAsync(tool);
        fleet.Provider.Respond(call => ToolTalk.CallThenTell(call, (tool, "three euros")));
        Assert.Contains((await given.Http.GetAsync("/api/tools", HttpStatusCode.OK)).Data(), one => one.Text("name") == tool && one.Text("requiresApproval") == "True");
        var id = await given.Http.CreateAsync(new { prompt = "Pay.", tools = new[] { tool } });

        var calls = await given.Other.UntilAsync($"/api/generations/{id}/tool-calls", page => page.Data().Any(one => one.Text("state") == "approving"));
        var call = Assert.Single(calls.Data());
        Assert.Equal((tool, ToolTalk.Arguments("three euros")), (call.Text("name"), call.Text("arguments")));
        var path = $"/api/generations/{id}/tool-calls/{call.Text("callId")}/decision";
        await given.Other.PostAsync(path, new { approve, reason = "Not on Sundays." }, HttpStatusCode.Accepted);
        await given.Http.UntilAsync($"/api/generations/{id}/tool-calls", page => page.Data().Single().Text("state") == (approve ? "waiting" : "failed"));
        if (approve)
            await fleet.Producer.SendAsync("ToolCallCompleted", JsonSerializer.Serialize(new ToolCallCompleted { GenerationId = Guid.Parse(id), CallId = call.Text("callId"), Result = "paid" }, ContractsJson.Options));
        var ended = await given.Http.EndedAsync(id);
        var after = (await given.Other.GetAsync($"/api/generations/{id}/tool-calls", HttpStatusCode.OK)).Data().Single();

        Assert.Contains(approve ? "paid" : "Not on Sundays.", ended.GetProperty("completed").Text("text"), StringComparison.Ordinal);
        Assert.Equal(approve ? ("completed", "paid") : ("failed", "The call was refused, so it was not made. Not on Sundays."), (after.Text("state"), after.Text(approve ? "result" : "error")));
        Assert.Equal("not_approving", (await given.Http.PostAsync(path, new { approve = true }, HttpStatusCode.Conflict)).Text("code"));
        Assert.Contains($"It has: {call.Text("callId")}.", (await given.Http.PostAsync(path.Replace(call.Text("callId"), "nothing", StringComparison.Ordinal), new { approve = true }, HttpStatusCode.NotFound)).Detail(), StringComparison.Ordinal);
        Assert.Equal("reason has 513 characters; at most 512 are allowed.", (await given.Http.PostAsync(path, new { approve, reason = new string('x', 513) }, HttpStatusCode.BadRequest)).Detail());
    }

    private async Task RegisterAsync(string name)
    {
        var offer = new RegisterTool
        {
            RequestId = Guid.CreateVersion7(),
            Name = name,
            Description = "Pays.",
            Parameters = JsonElement.Parse("""{"type":"object","properties":{"what":{"type":"string"}},"required":["what"]}"""),
            RequiresApproval = true,
        };
        await fleet.Producer.SendAsync("RegisterTool", JsonSerializer.Serialize(offer, ContractsJson.Options));
        await fleet.Events.FirstAsync(seen => seen.Kind == "registered" && seen.Id == offer.RequestId);
    }
}
