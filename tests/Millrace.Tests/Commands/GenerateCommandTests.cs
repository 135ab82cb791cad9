using System.Text.Json;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Commands;

[Integration]
public sealed class GenerateCommandTests : IDisposable
{
    private readonly CommandFolder folder = new();

    [Fact]
    public async Task The_answer_is_on_standard_output_and_what_it_is_on_standard_error()
    {
        var ended = await folder.RunAsync("generate", "Say hello.");

        Assert.Equal(0, ended.ExitCode);
        Assert.StartsWith("Simulated reply, no model was asked: ", ended.Output, StringComparison.Ordinal);
        Assert.Single(ended.Output.TrimEnd('\n').Split('\n'));
        Assert.Equal(
            "Simulated: no model was asked. For a real answer set OPENAI_API_KEY and add --provider openai --model gpt-4o-mini (see 'providers').\n",
            ended.Error);
        Assert.True(File.Exists(folder.Database));
    }

    [Fact]
    public async Task Several_prompts_are_answered_in_their_order_and_a_dash_is_standard_input()
    {
        var first = await TextsAsync(folder.RunAsync("generate", "--json", "one", "two"));
        var turned = await TextsAsync(folder.RunWithInputAsync("two", "generate", "--json", "-", "one"));

        Assert.Equal(2, first.Distinct().Count());
        Assert.Equal(first.Reverse(), turned);
    }

    [Theory]
    [InlineData("UnknownProvider: Provider 'nope' is not configured. Configured: simulated.", "--provider", "nope", "x")]
    [InlineData("InvalidRequest: Options.Temperature is 5; it must be between 0 and 2.", "--temperature", "5", "x")]
    [InlineData("InvalidRequest: Prompt is empty; it must hold some text.", " ")]
    public async Task A_request_that_cannot_be_answered_is_explained(string message, params string[] arguments) =>
        CommandFolder.AssertExplained(await folder.RunAsync(["generate", .. arguments]), 1, message);

    [Theory]
    [InlineData("'--nope' is not an option of generate.", "generate", "--nope", "x")]
    [InlineData("'-t' is not an option of generate.", "generate", "x", "-t", "0.5")]
    [InlineData("--temperature", "generate", "x", "--temperature", "warm")]
    [InlineData("'-' is given more than once", "generate", "-", "-")]
    [InlineData("Required", "generate")]
    [InlineData("generat", "generat", "x")]
    public async Task A_command_line_that_makes_no_sense_is_refused_before_anything_runs(string message, params string[] arguments)
    {
        CommandFolder.AssertExplained(await folder.RunAsync(arguments), 2, message);
        Assert.False(File.Exists(folder.Database));
    }

    [Fact]
    public async Task A_failure_as_JSON_is_a_line_of_its_own()
    {
        var ended = await folder.RunAsync("generate", "--json", "--model", "default?fail=ContentFiltered&failAfter=3", "x");

        var failed = JsonDocument.Parse(Assert.Single(ended.Output.TrimEnd('\n').Split('\n'))).RootElement;
        Assert.Equal((1, "failed", "ContentFiltered"), (ended.ExitCode, failed.GetProperty("state").GetString(), failed.GetProperty("reason").GetString()));
        Assert.Equal("Simulated reply, no", failed.GetProperty("partialText").GetString());
    }

    [Fact]
    public async Task A_terminal_sees_the_answer_as_it_comes_in_colours_unless_they_are_unwanted()
    {
        var coloured = await folder.RunInTerminalAsync("generate", "x");
        folder.Environment["NO_COLOR"] = "1";
        var plain = await folder.RunInTerminalAsync("generate", "x");

        Assert.Matches(@"\e\[[0-9;]+m", coloured.Output);
        Assert.DoesNotMatch(@"\e\[[0-9;]+m", plain.Output);
        Assert.Contains("Simulated reply, no model was asked: ", plain.Output, StringComparison.Ordinal);
        Assert.Contains("OPENAI_API_KEY", plain.Output, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    private static async Task<IReadOnlyList<string>> TextsAsync(Task<Servers.CommandResult> ended) =>
        [.. (await ended).OutputOrThrow("generate").TrimEnd('\n').Split('\n').Select(line => JsonDocument.Parse(line).RootElement.GetProperty("text").GetString()!)];
}
