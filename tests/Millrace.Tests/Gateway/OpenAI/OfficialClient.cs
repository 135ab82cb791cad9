using System.Text.Json;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Gateway.OpenAI;

/// <summary>Programs of others that speak OpenAI's API, each in a process of its own; see tests/openai.</summary>
internal static class OfficialClient
{
    private static readonly string Folder = Path.Combine(TestPaths.Repository, "tests/openai");

    /// <summary>Runs a scenario of the official client and reads what it printed.</summary>
    public static Task<JsonElement> RunAsync(Uri gateway, string scenario, params string[] more) => RunScriptAsync("scenarios.mjs", gateway, [scenario, .. more]);

    /// <summary>Runs a script of tests/openai and reads what it printed.</summary>
    public static async Task<JsonElement> RunScriptAsync(string script, Uri gateway, params string[] more)
    {
        if (!Directory.Exists(Path.Combine(Folder, "node_modules")))
            throw new InvalidOperationException($"The clients are not installed: run 'npm ci' in {Folder}, as test.sh does.");
        var run = await CommandLineProcess.RunAsync(
            ["node", "--require", Path.Combine(TestPaths.Repository, "tests/mcp/node18.cjs"), Path.Combine(Folder, script), gateway.ToString(), .. more]);
        return JsonElement.Parse(run.OutputOrThrow(script));
    }
}
