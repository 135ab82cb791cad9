using System.Text.Json;
using Millrace.Tests.Fleet;
using Millrace.Tests.ScriptedProviders;
using Millrace.Tests.Servers;
using static Millrace.Tests.Gateway.GatewayCalls;

namespace Millrace.Tests.Gateway.OpenAI;

/// <summary>The Codex CLI: what it sends, recorded, and itself. It is 170 MB large, so the second is for ./soak.sh.</summary>
public sealed class CodexTests
{
    private static readonly string Program = Path.Combine(TestPaths.Repository, "tests/codex/node_modules/.bin/codex");

    /// <summary>A turn of version 0.171.0 after a command was run and a picture looked at; long texts are cut.</summary>
    [Collection(GatewayFleet.Name)]
    public sealed class Recorded(GatewayFleet given)
    {
        private readonly FleetFixture fleet = given.Fleet;

        [Fact]
        public async Task Its_request_is_taken_as_it_is()
        {
            fleet.Provider.Respond(call => call.Reasoning("Hm.").ToolCalls(9, new("multi_agent_v1__close_agent", """{"target":"a"}""", "call_1")).Finish("tool_calls"));
            var body = JsonElement.Parse(await File.ReadAllTextAsync(Path.Combine(TestPaths.Repository, "tests/openai/codex-turn.json")));

            var events = await given.Http.EventsAsync(Post("/v1/responses", body)).Select(told => JsonElement.Parse(told.Data)).ToListAsync();

            var sent = fleet.Provider.Calls[^1].Body;
            Assert.Contains("exec_command", sent.GetProperty("tools").EnumerateArray().Select(tool => tool.GetProperty("function").Text("name")));
            Assert.Equal(["system", "system", "user", "user", "assistant", "tool", "tool", "user"], sent.GetProperty("messages").EnumerateArray().Select(message => message.Text("role")));
            Assert.Contains("image_url", sent.GetProperty("messages")[7].GetRawText(), StringComparison.Ordinal);
            var output = events[^1].GetProperty("response").GetProperty("output");
            Assert.Equal(("response.completed", "summary_text"), (events[^1].Text("type"), output[0].GetProperty("summary")[0].Text("type")));
            Assert.Equal(("function_call", "multi_agent_v1", "close_agent"), (output[1].Text("type"), output[1].Text("namespace"), output[1].Text("name")));
        }
    }

    [Collection(EmbeddedServer.Name)]
    public sealed class Itself(EmbeddedServer server)
    {
        private const string Model = """simulated/default?interval=1ms&words=12&call=exec_command&arguments={"cmd":"echo from-codex"}""";

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
                [Program, "exec", "--json", "--skip-git-repo-check", "-C", home.Path, "Say hi."], new Dictionary<string, string?> { ["CODEX_HOME"] = home.Path, ["MILLRACE_API_KEY"] = "any" });

            var told = run.OutputOrThrow("codex").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line)).ToList();
            Assert.Equal("turn.completed", told[^1].Text("type"));
            var items = told.Where(line => line.Text("type") == "item.completed").Select(line => line.GetProperty("item")).ToList();
            Assert.Contains(items, item => item.Text("type") == "command_execution" && item.Text("aggregated_output") == "from-codex\n");
            Assert.Contains("from-codex", items.Single(item => item.Text("type") == "agent_message").Text("text"), StringComparison.Ordinal);
        }
    }
}
