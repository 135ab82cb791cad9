using System.Net;
using Millrace.Gateway.Usage;
using Millrace.Persistence.Usage;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Gateway;

[Collection(GatewayFleet.Name)]
[Integration]
public sealed class UsageFaceTests(GatewayFleet given)
{
    [Fact]
    public async Task A_caller_sees_what_its_tenant_used_and_an_admin_what_all_did()
    {
        var tenant = $"t-{Guid.NewGuid():N}";
        using var http = await ClientAsync(tenant, "generate read");
        using var admin = await ClientAsync("other", "admin");
        given.Fleet.Provider.Respond(call => call.Text("Hi.").Usage(300, 20).Stop());
        var session = Guid.NewGuid();
        await http.EndedAsync(await http.CreateAsync(new { prompt = "x", channel = "a-b", sessionId = session }));
        await http.EndedAsync(await http.CreateAsync(new { prompt = "x", provider = "simulated" }));

        var report = await http.GetAsync("/api/usage?groupBy=provider,session,state", HttpStatusCode.OK);
        Assert.Equal(["scripted", "simulated"], report.GetProperty("rows").EnumerateArray().Select(row => row.Text("provider")));
        var row = report.GetProperty("rows")[0];
        Assert.Equal((session.ToString(), "completed", "300", "20", "1"), (row.Text("session"), row.Text("state"), row.Text("inputTokens"), row.Text("outputTokens"), row.Text("withoutPrice")));
        Assert.False(row.TryGetProperty("cost", out _));
        Assert.Equal(0, report.GetProperty("rows")[1].GetProperty("cost").GetDecimal());

        var used = (await http.GetAsync($"/api/sessions/{session}", HttpStatusCode.OK)).GetProperty("usage");
        Assert.Equal(("1", "300", "20", "1"), (used.Text("generations"), used.Text("inputTokens"), used.Text("outputTokens"), used.Text("withoutPrice")));

        var fleet = await admin.GetAsync($"/api/usage/fleet?groupBy=tenant&tenant={tenant}", HttpStatusCode.OK);
        Assert.Equal((tenant, "2"), (fleet.GetProperty("rows")[0].Text("tenant"), fleet.GetProperty("rows")[0].Text("generations")));
        await http.GetAsync("/api/usage/fleet", HttpStatusCode.Forbidden);
        await admin.GetAsync("/api/usage", HttpStatusCode.Forbidden);

        using var csv = await http.GetAsync(new Uri("/api/usage?groupBy=channel,provider&format=csv", UriKind.Relative));
        Assert.Equal(("text/csv", HttpStatusCode.OK), (csv.Content.Headers.ContentType!.MediaType, csv.StatusCode));
        Assert.StartsWith("channel,provider,generations,completed,", await csv.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("\r\na-b,scripted,1,1,0,0,300,", await csv.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("groupBy=day,colour", "'colour' is not a group; there are hour, day, month, tenant, provider, model, session, channel, class, state.", "groupBy")]
    [InlineData("groupBy=day,day", "A group is named twice in 'day,day'; name each once.", "groupBy")]
    [InlineData("from=yesterday", "from is 'yesterday'; it must be a day or a time", "from")]
    [InlineData("from=2026-11-02&to=2026-11-01", "from is 2026-11-02T00:00:00.0000000+00:00 and to is", "from")]
    [InlineData("format=xml", "format is 'xml'; it must be json or csv.", "format")]
    public async Task What_cannot_be_asked_is_explained(string query, string detail, string param)
    {
        var problem = await given.Http.GetAsync($"/api/usage?{query}", HttpStatusCode.BadRequest);

        Assert.StartsWith(detail, problem.Detail(), StringComparison.Ordinal);
        Assert.Equal(param, problem.Text("param"));
    }

    [Fact]
    public void A_spreadsheet_that_opens_the_values_calculates_nothing()
    {
        using var text = new StringWriter();
        UsageRow none = new()
        {
            Keys = ["", "-"],
            Generations = 2,
            Completed = 0,
            Failed = 2,
            Cancelled = 0,
            InputTokens = 0,
            CachedTokens = 0,
            OutputTokens = 0,
            ReasoningTokens = 0,
            WithoutPrice = 2,
        };
        var one = none with
        {
            Keys = ["=HYPERLINK(\"x\")", "a,b"],
            Generations = 1,
            Completed = 1,
            Failed = 0,
            InputTokens = 5,
            OutputTokens = 2,
            Cost = 0.0000001m,
            WithoutPrice = 0,
        };
        UsageCsv.Write(text, [UsageGroup.Model, UsageGroup.Channel], [one, none]);

        Assert.Equal(
            "model,channel,generations,completed,failed,cancelled,inputTokens,cachedTokens,outputTokens,reasoningTokens,cost,withoutPrice\r\n"
            + "\"'=HYPERLINK(\"\"x\"\")\",\"a,b\",1,1,0,0,5,0,2,0,0.0000001,0\r\n"
            + ",\"'-\",2,0,2,0,0,0,0,0,,2\r\n", text.ToString());
    }

    private async Task<HttpClient> ClientAsync(string tenant, string scopes) => GatewayCalls.ClientOf(
        given.Http.BaseAddress!, await TestKeys.CreateAsync(given.Fleet.Postgres, key => key with { Tenant = tenant, Scopes = scopes }));
}
