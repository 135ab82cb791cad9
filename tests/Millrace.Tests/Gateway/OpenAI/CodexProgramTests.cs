using System.Text.Json;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Gateway.OpenAI;

/// <summary>The Codex CLI itself. It is 170 MB large, so this is for ./soak.sh, which installs it.</summary>
[Collection(EmbeddedServer.Name)]
public sealed class CodexProgramTests(EmbeddedServer server)
{
    private const string Model = """simulated/default?interval=1ms&words=12&call=exec_command&arguments={"cmd":"echo from-codex"}""";

    private static readonly string Program = Path.Combine(TestPaths.Repository, "tests/codex/node_modules/.bin/codex");

    [Fact, Trait("size", "soak")]
    public async Task It_runs_a_command_that_the_model_asks_for_and_ends_its_turn_without_switches()
    {
        using var home = new ScratchFolder("codex");
        await File.WriteAllTextAsync(Path.Combine(home.Path, "config.toml"), $"""
            model = '{Model}'
            model_provider = "millrace"
            [model_providers.millrace]
            name = "Millrace"
            base_url = "{server.Url}v1"
            wire_api = "responses"
            env_key = "MILLRACE_API_KEY"
            """);

        var run = await CommandLineProcess.RunAsync(
            [Program, "exec", "--json", "--skip-git-repo-check", "-C", home.Path, "Say hi."],
            new Dictionary<string, string?> { ["CODEX_HOME"] = home.Path, ["MILLRACE_API_KEY"] = "any" });

        var told = run.OutputOrThrow("codex").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line)).ToList();
        Assert.Equal("turn.completed", told[^1].Text("type"));
        var items = told.Where(line => line.Text("type") == "item.completed").Select(line => line.GetProperty("item")).ToList();
        Assert.Contains(items, item => item.Text("type") == "command_execution" && item.Text("aggregated_output") == "from-codex\n");
        Assert.Contains("from-codex", items.Single(item => item.Text("type") == "agent_message").Text("text"), StringComparison.Ordinal);
    }
}
