using Millrace.Tests.ScriptedProviders;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Gateway.OpenAI;

/// <summary>The sample for users of OpenAI's client.</summary>
[Integration]
public sealed class NodeSampleTests
{
    [Fact]
    public async Task It_goes_on_by_itself_when_the_server_is_killed_and_started_again()
    {
        using var folder = new ScratchFolder("node");
        var sample = Path.Combine(folder.Path, "openai.mjs");
        File.Copy(Path.Combine(TestPaths.Repository, "samples/node/openai.mjs"), sample);
        File.CreateSymbolicLink(Path.Combine(folder.Path, "node_modules"), Path.Combine(TestPaths.Repository, "tests/openai/node_modules"));
        await using var provider = await ScriptedProvider.StartAsync(Wire.OpenAI);
        provider.Respond(call => _ = call.Number == 1 ? call.Text("Begun ", "in vain: ").Stall() : call.Text([.. Enumerable.Range(0, 150).Select(n => n == 0 ? "Begun" : $" {n}")]).Stop());
        var settings = new Dictionary<string, string?>
        {
            ["Millrace__Database"] = Path.Combine(folder.Path, "millrace.db"),
            ["Millrace__Providers__scripted__Endpoint"] = provider.Endpoint.ToString(),
        };
        var server = await WorkerProcess.StartAsync(settings: settings);
        await server.WaitReadyAsync();
        var node18 = Path.Combine(TestPaths.Repository, "tests/mcp/node18.cjs");
        await using var reader = await GuardedProcess.StartAsync(
            ["bash", "-c", $"set -o pipefail; node --require {node18} {sample} {server.Url}v1 'Why?' | stdbuf -o0 tr ' ' '\\n'"],
            new Dictionary<string, string?> { ["MILLRACE_MODEL"] = "scripted/m" });

        await reader.Output.WaitForLineAsync("vain:"); // a word a line: it is in the middle
        await server.KillAsync();
        await server.DisposeAsync();
        await using var again = await WorkerProcess.StartAsync(settings: settings, url: server.Url);

        Assert.Equal(0, await reader.WaitForExitAsync());
        Assert.Equal(2, reader.Output.Lines.Count(line => line.EndsWith("Begun", StringComparison.Ordinal))); // the attempt that died, and the whole one
        Assert.InRange(reader.Output.Lines.Count, 151, 300);
    }
}
