using System.Text.Json;
using Millrace.Tests.ScriptedProviders;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Gateway.OpenAI;

/// <summary>The whole server is killed while a response streams.</summary>
[Integration]
public sealed class RestartTests
{
    [Fact]
    public async Task A_client_resumes_its_stream_where_it_was_after_the_server_was_killed_and_started_again()
    {
        using var folder = new ScratchFolder("restart");
        await using var provider = await ScriptedProvider.StartAsync(Wire.OpenAI);
        provider.Respond(call => _ = call.Number == 1 ? call.Text("begun ", "in vain").Stall() : call.Text([.. Enumerable.Range(0, 150).Select(n => n == 0 ? "0" : $" {n}")]).Stop());
        var settings = new Dictionary<string, string?>
        {
            ["Millrace__Database"] = Path.Combine(folder.Path, "millrace.db"),
            ["Millrace__Providers__scripted__Endpoint"] = provider.Endpoint.ToString(),
        };
        var server = await WorkerProcess.StartAsync(settings: settings);
        await server.WaitReadyAsync();
        var begun = (await OfficialClient.RunAsync(server.Url, "begin", "scripted/m")).EnumerateArray().ToList();
        await server.KillAsync();
        await server.DisposeAsync();
        var (id, seen) = (begun[0].GetProperty("response").Text("id"), begun[^1].GetProperty("sequence_number").GetInt32());

        await using var again = await WorkerProcess.StartAsync(settings: settings, url: server.Url);
        await again.WaitReadyAsync();
        var resumed = await OfficialClient.RunAsync(again.Url, "resume", id, $"{seen}");

        var (rest, all) = (resumed.GetProperty("rest").EnumerateArray().ToList(), resumed.GetProperty("all").EnumerateArray().ToList());
        Assert.Equal(Enumerable.Range(0, all.Count), all.Select(told => told.GetProperty("sequence_number").GetInt32()));
        Assert.Equal(all.Select(Raw), begun.Concat(rest).Select(Raw)); // what was read live, and behind it what was read later, is what a replay says
        Assert.Equal("response.completed", all[^1].Text("type"));
        var final = resumed.GetProperty("final");
        Assert.Equal(Raw(all[^1].GetProperty("response").GetProperty("output")), string.Concat(Raw(final.GetProperty("output")).Replace(",\"parsed\":null", "", StringComparison.Ordinal)));
        Assert.Equal(150, final.Text("output_text").Split(' ').Length);
        Assert.Contains(all, told => told.Text("type") == "response.output_item.done" && told.GetProperty("item").Text("status") == "incomplete"); // the attempt that died
    }

    private static string Raw(JsonElement json) => json.GetRawText();
}
