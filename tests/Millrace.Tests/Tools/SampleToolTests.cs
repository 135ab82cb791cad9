using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Millrace.Tests.Fleet;
using Millrace.Tests.Servers;
using static Millrace.Tests.Tools.ToolTalk;

namespace Millrace.Tests.Tools;

/// <summary>The sample of a worker with tools of one's own does what it shows.</summary>
[Integration]
public sealed class SampleToolTests(TestServers servers)
{
    [Fact]
    public async Task The_sample_worker_runs_its_own_tools()
    {
        await using var weather = await WeatherAsync();
        await using var fleet = await FleetFixture.StartAsync(servers, 0, ("WEATHER_URL", Address(weather)));
        await fleet.AddProcessAsync(TestPaths.SampleToolWorkerDll);
        fleet.Provider.Respond(call =>
        {
            var results = ResultsIn(call);
            if (results.Count == 0) call.ToolCall("get_weather", """{"city":"Paris, Texas"}""").Usage(1, 1).Finish("tool_calls");
            else if (results.Count == 1) call.ToolCall("book_table", """{"guests":2,"at":"2027-01-01T20:00:00Z"}""", "call_2").Usage(1, 1).Finish("tool_calls");
            else call.Text(string.Join(" | ", results)).Usage(1, 1).Stop();
        });

        var id = await fleet.SubmitAsync(Ask("Shall we eat outside?", "get_weather", "book_table"));
        var end = await fleet.Events.TerminalAsync(id);

        Assert.True(end.Kind == "completed", $"{end.Message}");
        Assert.Equal("/Paris%2C%20Texas?format=3: sunny | Booking 1: 2 guests, 2027-01-01 20:00.", end.Text);
    }

    private static async Task<WebApplication> WeatherAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0));
        var app = builder.Build();
        app.Run(http => http.Response.WriteAsync($"{http.Features.Get<IHttpRequestFeature>()!.RawTarget}: sunny"));
        await app.StartAsync();
        return app;
    }

    private static string Address(WebApplication app) => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
}
