using System.Text.Json;
using Millrace.Tests.Attachments;
using Millrace.Tests.ScriptedProviders;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Commands;

[Integration]
public sealed class AttachmentCommandTests : IDisposable
{
    private readonly CommandFolder folder = new();
    private readonly ScratchFolder files = new("attached");

    [Fact]
    public async Task Files_go_with_every_prompt_and_large_ones_are_stored_first()
    {
        await using var server = await ScriptedProvider.StartAsync(Wire.OpenAI);
        folder.Environment["Millrace__Providers__mine__Endpoint"] = server.Endpoint.ToString();
        folder.Environment["Millrace__Providers__mine__DefaultModel"] = "m";
        folder.Environment["Millrace__MaxRequestBytes"] = "100000"; // a large one does not fit into the request
        var large = Pictures.Large(200_000);

        var ended = await folder.RunAsync(
            "generate", "--attach", File("large.png", large), "--attach", File("notes.md", "# né\n"u8.ToArray()), "first", "second", "--json");

        Assert.Equal(2, ended.OutputOrThrow("generate").TrimEnd('\n').Split('\n').Length);
        Assert.Equal(2, server.Calls.Count);
        Assert.All(server.Calls, call =>
        {
            Assert.Contains(Convert.ToBase64String(large), call.RawBody, StringComparison.Ordinal);
            Assert.Contains("<attachment name=\\\"notes.md\\\" type=\\\"text/markdown\\\">\\n# né\\n\\n</attachment>", System.Text.RegularExpressions.Regex.Unescape(call.RawBody.Replace("\\\"", "\\\\\"").Replace("\\n", "\\\\n")), StringComparison.Ordinal);
        });
    }

    [Theory]
    [InlineData("gone.png", false, "--attach 'gone.png' cannot be read: ")]
    [InlineData("a.pdf", true, "a.pdf' is neither a picture nor a text by its name; these can be attached: image/png")]
    public async Task A_file_that_cannot_be_attached_is_named_before_anything_runs(string name, bool exists, string message)
    {
        CommandFolder.AssertExplained(await folder.RunAsync("generate", "x", "--attach", exists ? File(name, "%PDF"u8.ToArray()) : name), 2, message);
        Assert.False(System.IO.File.Exists(folder.Database));
    }

    [Fact]
    public async Task Capabilities_are_shown_as_a_table_or_as_JSON_and_nothing_is_started_for_it()
    {
        folder.Environment["OPENAI_API_KEY"] = "sk-canary-secret";

        var table = await folder.RunAsync("capabilities");
        var model = JsonDocument.Parse((await folder.RunAsync("capabilities", "openai/gpt-4", "--json")).OutputOrThrow("capabilities")).RootElement;
        var unknown = await folder.RunAsync("capabilities", "opnai");

        Assert.Contains("simulated", table.OutputOrThrow("capabilities"), StringComparison.Ordinal);
        Assert.Equal((false, true, 8192), (model.GetProperty("vision").GetBoolean(), model.GetProperty("tools").GetBoolean(), model.GetProperty("contextTokens").GetInt32()));
        CommandFolder.AssertExplained(unknown, 1, "Provider 'opnai' is not configured. Configured: openai, simulated.");
        Assert.DoesNotContain("canary", table.Output + table.Error, StringComparison.Ordinal);
        Assert.False(System.IO.File.Exists(folder.Database));
    }

    public void Dispose()
    {
        folder.Dispose();
        files.Dispose();
    }

    private string File(string name, byte[] bytes)
    {
        System.IO.File.WriteAllBytes(files.File(name), bytes);
        return files.File(name);
    }
}
