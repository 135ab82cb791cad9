using System.Text.Json;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Fleet;

/// <summary>The Python samples against two workers, as a new user would run them.</summary>
[Integration]
public sealed class PythonSampleTests(TestServers servers)
{
    private const int Requests = 200;

    [Fact]
    public async Task Two_hundred_plain_JSON_requests_end_with_every_chunk_in_order_and_both_workers_at_work()
    {
        await using var fleet = await FleetFixture.StartAsync(servers, workers: 2);
        fleet.Provider.Respond(call => call.Text("Ein ", "Rad ", "dreht ").Wait(TimeSpan.FromMilliseconds(40)).Text("sich ", "🌾").Usage(2, 5).Stop());
        var environment = new Dictionary<string, string?> { ["AMQP_URL"] = fleet.RabbitMq };
        using var folder = new ScratchFolder("python");
        await using var subscriber = await GuardedProcess.StartAsync(
            [Python, Sample("subscribe.py"), "--channel", "py", "--count", $"{Requests}", "--json", "--timeout", $"{Patience.Long.TotalSeconds}"], environment, folder.Path);
        await subscriber.Output.WaitForLineAsync("listening on");

        var published = await CommandLineProcess.RunAsync([Python, Sample("publish.py"), "--channel", "py", "--count", $"{Requests}", "Sag etwas."], environment);
        published.OutputOrThrow("publish.py");
        Assert.Equal(0, await subscriber.WaitForExitAsync(2 * Patience.Long));

        var lines = subscriber.Output.Lines;
        var outcomes = lines.Where(line => line.StartsWith('{')).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(Requests, outcomes.Select(outcome => outcome.GetProperty("id").GetString()).Distinct().Count());
        foreach (var outcome in outcomes)
        {
            Assert.Equal("completed", outcome.GetProperty("state").GetString());
            Assert.Equal("Ein Rad dreht sich 🌾", outcome.GetProperty("text").GetString());
        }
        Assert.Equal((long)Requests, await fleet.QueryAsync<long>("SELECT count(*) FROM generations WHERE outcome->>'text' = 'Ein Rad dreht sich 🌾'"));
        Assert.Equal(2L, await fleet.QueryAsync<long>("SELECT count(DISTINCT owner) FROM generations"));
    }

    /// <summary>Debian's own interpreter: it is the one that sees python3-pika.</summary>
    private static string Python => File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3";

    private static string Sample(string name) => Path.Combine(TestPaths.Repository, "samples", "python", name);
}
