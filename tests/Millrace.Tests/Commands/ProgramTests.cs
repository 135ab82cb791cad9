using System.Text.Json;
using System.Text.RegularExpressions;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Commands;

/// <summary>
/// The real program, once for each kind of verb: its streams, its exit codes, and that what one process leaves in the file another finds. What the verbs do is tested
/// inside the tests' process.
/// </summary>
[Integration]
public sealed partial class ProgramTests : IDisposable
{
    private readonly CommandFolder folder = new();

    [Fact]
    public async Task A_prompt_is_piped_in_and_its_session_goes_out_and_comes_back_as_bytes()
    {
        var asked = await folder.RunProcessAsync("Grüße!", "generate", "--session", "01957c8e-7a3b-7c52-9d41-2f0b8c6e1a77", "-");
        var document = (await folder.RunProcessAsync("", "sessions", "export", "01957c8e-7a3b-7c52-9d41-2f0b8c6e1a77")).OutputOrThrow("export");
        var imported = await folder.RunProcessAsync(document, "sessions", "import", "-");

        Assert.StartsWith("Simulated reply, no model was asked: ", asked.OutputOrThrow("generate"), StringComparison.Ordinal);
        Assert.Contains("OPENAI_API_KEY", asked.Error, StringComparison.Ordinal);
        var texts = JsonElement.Parse(document).GetProperty("messages").EnumerateArray().Select(message => message.GetProperty("text").GetString());
        Assert.Equal(["Grüße!", asked.Output.TrimEnd('\n')], texts);
        Assert.Matches(Id(), imported.OutputOrThrow("import"));
        Assert.Equal(document, (await folder.RunAsync("sessions", "export", "01957c8e-7a3b-7c52-9d41-2f0b8c6e1a77")).OutputOrThrow("export"));
    }

    [Fact]
    public async Task Lines_of_a_pipe_are_a_conversation()
    {
        var ended = await folder.RunProcessAsync("one\ntwo\n", "chat");

        Assert.Equal(2, ended.OutputOrThrow("chat").TrimEnd('\n').Split('\n').Length);
        Assert.Contains("goes on with it.", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_is_made_is_alone_on_standard_output()
    {
        var made = await folder.RunProcessAsync("", "keys", "create", "--name", "ci");

        Assert.Matches("^mr_[A-Za-z0-9]{8}_[A-Za-z0-9]{40}\n$", made.OutputOrThrow("keys create"));
        Assert.Contains("It is not shown again.", made.Error, StringComparison.Ordinal);
        Assert.Contains(made.Output[..11], (await folder.RunAsync("keys", "list")).OutputOrThrow("keys list"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_table_in_a_file_is_not_folded()
    {
        folder.Environment["Millrace__Providers__mine__Endpoint"] = $"http://127.0.0.1:1/{new string('x', 200)}";

        var ended = await folder.RunProcessAsync("", "providers");

        Assert.Equal(1, ended.ExitCode);
        Assert.Contains(folder.Environment["Millrace__Providers__mine__Endpoint"]!, ended.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_makes_no_sense_is_refused_with_the_code_for_it() =>
        CommandFolder.AssertExplained(await folder.RunProcessAsync("", "generat", "x"), 2, "generat");

    public void Dispose() => folder.Dispose();

    [GeneratedRegex(@"^[0-9a-f-]{36}\n$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Id();
}
