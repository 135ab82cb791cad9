using System.Net.ServerSentEvents;
using Millrace.Tests.Fleet;
using Millrace.Tests.Servers;
using static Millrace.Tests.Gateway.GatewayCalls;

namespace Millrace.Tests.Gateway;

[Integration]
public sealed class GatewayScaleTests(TestServers servers)
{
    [Fact, Trait("size", "soak")]
    public Task Two_thousand_open_streams_fit_in_one_gateway_of_500_MB() => StreamsFitAsync(2000);

    [Fact]
    public Task Two_hundred_streams_are_open_at_once() => StreamsFitAsync(200);

    private async Task StreamsFitAsync(int streams)
    {
        await using var fleet = await FleetFixture.StartProcessesAsync(servers, 1, ("Millrace__Providers__scripted__InteractiveConcurrency", $"{streams}"));
        var gateway = await fleet.AddProcessAsync(role: "gateway");
        using var http = await ClientAsync(fleet, gateway);
        http.Timeout = TimeSpan.FromMinutes(5);
        var rest = new TaskCompletionSource();
        fleet.Provider.Respond(call => call.Text("live ").HoldUntil(rest.Task).Text("and done").Stop());

        var reading = new List<Task<string>>();
        foreach (var batch in Enumerable.Range(0, streams).Chunk(100))
        {
            var begun = batch.Select(_ => new TaskCompletionSource()).ToList();
            reading.AddRange(begun.Select(ReadAsync));
            await Until.DoneAsync(Task.WhenAll(begun.Select(one => one.Task)));
        }
        var resident = gateway.ResidentBytes / 1_000_000;
        TestContext.Current.TestOutputHelper!.WriteLine($"{resident} MB, {gateway.Threads} threads");
        rest.SetResult();

        Assert.All(await Until.DoneAsync(Task.WhenAll(reading)), text => Assert.Equal("live and done", text));
        Assert.InRange(resident, 1, 500);

        async Task<string> ReadAsync(TaskCompletionSource begun)
        {
            var text = "";
            await foreach (var told in http.EventsAsync(Post("/stream", new { prompt = "Live." })))
            {
                if (told.EventType != SseParser.EventTypeDefault) continue;
                text += told.Data;
                begun.TrySetResult();
            }
            return text;
        }
    }
}
