using System.Text.Json;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Gateway.OpenAI;

/// <summary>The official client in a process of its own; see tests/openai/scenarios.mjs.</summary>
internal static class OfficialClient
{
    private static readonly string Folder = Path.Combine(TestPaths.Repository, "tests/openai");

    /// <summary>Runs a scenario and reads what it printed.</summary>
    public static async Task<JsonElement> RunAsync(Uri gateway, string scenario, params string[] more)
    {
        if (!Directory.Exists(Path.Combine(Folder, "node_modules")))
            throw new InvalidOperationException($"The client is not installed: run 'npm ci' in {Folder}, as test.sh does.");
        var run = await CommandLineProcess.RunAsync(
            ["node", "--require", Path.Combine(TestPaths.Repository, "tests/mcp/node18.cjs"), Path.Combine(Folder, "scenarios.mjs"), gateway.ToString(), scenario, .. more]);
        return JsonElement.Parse(run.OutputOrThrow(scenario));
    }
}
