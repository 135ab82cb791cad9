using System.Net;
using Millrace.Tests.Gateway;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Fleet;

/// <summary>The sample of a web service as a new user would run it, by broker and by gateway.</summary>
[Integration]
public sealed class WebServiceSampleTests(TestServers servers)
{
    [Theory]
    [InlineData(Transport.Broker)]
    [InlineData(Transport.Http)]
    public async Task It_answers_and_streams(Transport transport)
    {
        await using var fleet = await FleetFixture.StartAsync(servers);
        fleet.Provider.Respond(call => call.Text("one ", "two").Usage(1, 2).Stop());
        var url = new Uri($"http://127.0.0.1:{FreePorts.Next()}");
        var environment = new Dictionary<string, string?>
        {
            ["ASPNETCORE_URLS"] = url.ToString(),
            ["ConnectionStrings__RabbitMq"] = transport == Transport.Broker ? fleet.RabbitMq : null,
            ["ConnectionStrings__Millrace"] = transport == Transport.Http ? (await fleet.AddGatewayAsync()).Url.ToString() : null,
            ["Millrace__ApiKey"] = transport == Transport.Http ? await TestKeys.CreateAsync(fleet.Postgres) : null,
        };
        using var folder = new ScratchFolder("webservice");
        await using var service = await GuardedProcess.StartAsync(["dotnet", TestPaths.SampleWebServiceDll], environment, folder.Path, workingDirectory: folder.Path);
        await service.Output.WaitForLineAsync("Now listening on");
        using var http = new HttpClient { BaseAddress = url, Timeout = Patience.Long };

        Assert.Equal("one two", (await http.PostAsync("/generate", new { prompt = "Count." })).Text("text"));
        var refused = await http.PostAsync("/generate", new { prompt = " " }, HttpStatusCode.BadRequest);
        var events = await http.EventsAsync(GatewayCalls.Post("/stream", new { prompt = "Count." })).ToListAsync();

        Assert.Equal("one two", string.Concat(events.Where(told => told.EventType == "text").Select(told => told.Data)));
        Assert.Equal(("done", "Stop"), (events[^1].EventType, events[^1].Data));
        Assert.Contains("Prompt is empty", refused.Text("detail"), StringComparison.Ordinal);
    }
}
