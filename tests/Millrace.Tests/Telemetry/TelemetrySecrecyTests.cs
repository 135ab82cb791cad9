using System.Text;
using System.Text.Json;
using Millrace.Tests.Fleet;
using Millrace.Tests.Gateway;
using Millrace.Tests.Servers;
using Millrace.Tests.Tools;
using static Millrace.Tests.Tools.ToolTalk;

namespace Millrace.Tests.Telemetry;

[Integration]
public sealed class TelemetrySecrecyTests(TestServers servers)
{
    private const string Prompt = "prompt-canary-91fe";
    private const string Reply = "reply-canary-2b6d";

    [Fact]
    public async Task Keys_prompts_and_replies_are_in_no_span_and_no_metric()
    {
        await using var collector = await Collector.StartAsync();
        await using var desk = await Desk.StartAsync();
        await using var fleet = await FleetFixture.StartProcessesAsync(servers, 0, [.. collector.Settings, ("MILLRACE_TEST_DESK", desk.Address), ("Millrace__Retry__MaxAttempts", "2")]);
        await fleet.AddProcessAsync(TestPaths.ToolWorkerDll);
        desk.Answer($"{Prompt} fails", _ => throw new InvalidOperationException($"{Reply} is no use"));
        fleet.Provider.Respond(call =>
        {
            var asked = call.RawBody;
            if (asked.Contains("refuse", StringComparison.Ordinal)) call.Refuse(400, "bad_thing", $"{Prompt} {FleetFixture.Key} is bad");
            else if (asked.Contains("rubbish", StringComparison.Ordinal)) call.Raw($"data: {{\"{Reply}\" {Prompt}\n\n");
            else if (asked.Contains("cut", StringComparison.Ordinal)) call.Text(Reply).Cut();
            else if (asked.Contains("tools", StringComparison.Ordinal) && ResultsIn(call).Count == 0) CallThenTell(call, ("effect", $"{Prompt} works"), ("effect_again", $"{Prompt} fails"));
            else call.Text(Reply).Usage(3, 2).Stop();
        });

        var ids = new List<Guid>();
        foreach (var what in new[] { "fine", "refuse", "rubbish", "cut" }) ids.Add(await fleet.SubmitAsync(FleetFixture.Request($"{Prompt} {what}")));
        ids.Add(await fleet.SubmitAsync(Ask($"{Prompt} tools", "effect", "effect_again")));
        foreach (var id in ids) await fleet.Events.TerminalAsync(id);
        await fleet.Producer.SendAsync("GenerateRequested", $$"""{"generationId":"{{Guid.NewGuid()}}","prompt":{"{{Prompt}}":1} }""");
        await fleet.Producer.SendAsync("GenerateRequested", $"{Prompt} {JsonSerializer.Serialize(Reply)}");
        await fleet.Events.UntilAsync(seen => seen.Count(e => e.Kind == "rejected") >= 2);
        var gateway = await fleet.AddProcessAsync(role: "gateway");
        WorkerProcess[] processes = [.. fleet.Processes, gateway];
        using var http = await GatewayCalls.ClientAsync(fleet, gateway);
        await http.PostAsync($"/generate?note={Prompt}", new { prompt = $"{Prompt} fine" });
        var metrics = string.Concat(await Task.WhenAll(processes.Select(process => http.GetStringAsync(new Uri(process.Url, "/metrics")))));
        foreach (var process in processes) Assert.Equal(0, await process.TerminateAsync()); // which sends what is left

        Assert.Contains(collector.Spans, span => span is { Name: "execute_tool effect_again", IsError: true });
        Assert.Contains(collector.Spans, span => span is { Name: "chat m", IsError: true });
        Assert.Contains(collector.Spans, span => span is { Name: "POST /generate" });
        Assert.Contains("millrace_tool_calls_total", metrics, StringComparison.Ordinal);
        foreach (var told in collector.Requests.Select(Encoding.UTF8.GetString).Append(metrics))
        {
            Assert.DoesNotContain(FleetFixture.Key, told, StringComparison.Ordinal);
            Assert.DoesNotContain(Prompt, told, StringComparison.Ordinal);
            Assert.DoesNotContain(Reply, told, StringComparison.Ordinal);
        }
    }
}
