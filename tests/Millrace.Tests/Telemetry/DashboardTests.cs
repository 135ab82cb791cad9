using Millrace.Contracts;
using Millrace.Engine.Telemetry;
using Millrace.Tests.Fleet;
using Millrace.Tests.Servers;
using Millrace.Tests.Tools;
using static Millrace.Tests.Tools.ToolTalk;

namespace Millrace.Tests.Telemetry;

[Integration]
public sealed class DashboardTests(TestServers servers)
{
    /// <summary>What must not happen in a healthy fleet: the series is there, with a zero in it.</summary>
    private static readonly string[] RightlyZero = ["Fenced writes", "Over budget"];

    [Fact]
    public async Task Every_panel_shows_what_a_worker_tells_a_real_Prometheus()
    {
        await using var desk = await Desk.StartAsync();
        await using var fleet = await FleetFixture.StartAsync(servers, 0, ("MILLRACE_TEST_DESK", desk.Address), ("Millrace__Retry__BaseDelay", "00:00:00.050"),
            ("Millrace__Models__0__Name", "scripted/*"), ("Millrace__Models__0__InputPrice", "2"), ("Millrace__Models__0__OutputPrice", "10"));
        await fleet.AddProcessAsync(TestPaths.ToolWorkerDll);
        await using var prometheus = await PrometheusServer.StartAsync(fleet.Workers[0].Url);

        // Again and again: a rate needs an increase between two scrapes, and a series begins with its first measurement
        Assert.True(Dashboard.Expressions.Count > 25);
        foreach (var (panel, expression) in Dashboard.Expressions)
        {
            var values = await Until.FitsAsync(async () =>
            {
                if (await prometheus.QueryAsync(expression) is var seen && HasData(seen)) return seen;
                await GenerateAsync(fleet);
                return await prometheus.QueryAsync(expression);
            }, HasData, $"data for {expression}");
            if (RightlyZero.Contains(panel)) Assert.All(values, value => Assert.Equal("0", value));
            if (panel == "Sweeper finds") Assert.Equal(SweeperFind.All.Count, values.Count); // on a slow machine it may find something
        }
    }

    [Fact]
    public void Its_panels_have_titles_of_their_own_and_its_data_comes_from_the_source_that_is_provisioned()
    {
        var titles = Dashboard.Json.GetProperty("panels").EnumerateArray().Select(panel => panel.GetProperty("title").GetString()).ToList();
        Assert.Equal(titles.Distinct(), titles);
        var source = File.ReadAllText(Path.Combine(TestPaths.Repository, "deploy/grafana/provisioning/datasources/prometheus.yml"));
        var uid = Dashboard.Json.GetProperty("panels").EnumerateArray().First(panel => panel.TryGetProperty("datasource", out _)).GetProperty("datasource").GetProperty("uid").GetString();
        Assert.Contains($"uid: {uid}\n", source, StringComparison.Ordinal);
    }

    /// <summary>An answer, a failure, a rate limit, and a tool call, of each as many as two.</summary>
    private static async Task GenerateAsync(FleetFixture fleet)
    {
        var limited = new HashSet<string>();
        fleet.Provider.Respond(call =>
        {
            if (call.RawBody.Contains("refuse", StringComparison.Ordinal)) call.Refuse(400, "bad_thing");
            else if (call.RawBody.Contains("limited", StringComparison.Ordinal) && IsFirst(limited, call.RawBody)) call.Refuse(429, "rate_limit_exceeded");
            else if (call.RawBody.Contains("tool", StringComparison.Ordinal)) CallThenTell(call, ("effect", "something"));
            else call.Text("Hel", "lo").Usage(300, 20).Stop();
        });
        GenerateRequested[] requests = [FleetFixture.Request(), FleetFixture.Request("refuse"), FleetFixture.Request($"limited {Guid.NewGuid()}"), Ask("tool", "effect")];
        foreach (var request in requests) await fleet.SubmitAsync(request);
        foreach (var request in requests) await fleet.Events.TerminalAsync(request.GenerationId);
    }

    private static bool IsFirst(HashSet<string> seen, string body)
    {
        lock (seen) return seen.Add(body);
    }

    private static bool HasData(IReadOnlyList<string> values) => values.Any(value => value != "NaN");
}
