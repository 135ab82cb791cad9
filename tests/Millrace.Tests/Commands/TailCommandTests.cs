using System.Text.Json;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Commands;

[Integration]
public sealed class TailCommandTests : IDisposable
{
    private readonly CommandFolder folder = new();

    [Fact]
    public async Task What_was_generated_is_read_again_by_its_id_after_its_command_has_ended()
    {
        var answer = JsonDocument.Parse((await folder.RunAsync("generate", "--json", "Say hello.")).OutputOrThrow("generate")).RootElement;
        var (id, text) = (answer.GetProperty("generationId").GetString()!, answer.GetProperty("text").GetString()!);

        Assert.Equal(text + "\n", (await folder.RunAsync("tail", id)).OutputOrThrow("tail"));

        var rest = (await folder.RunAsync("tail", id, "--json", "--from", "1")).OutputOrThrow("tail").TrimEnd('\n').Split('\n')
            .Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(Enumerable.Range(2, rest.Count), rest.Select(chunk => chunk.GetProperty("sequence").GetInt32()));
        Assert.EndsWith(string.Concat(rest.Select(chunk => chunk.GetProperty("text").GetString())), text, StringComparison.Ordinal);

        Assert.Equal($"{id} had already completed ({text.Length} characters).\n", (await folder.RunAsync("cancel", id)).OutputOrThrow("cancel"));
    }

    [Fact]
    public async Task An_id_that_nobody_knows_is_told()
    {
        var id = Guid.CreateVersion7();

        CommandFolder.AssertExplained(await folder.RunAsync("tail", $"{id}"), 1, $"The fleet does not know generation {id}.");
    }

    [Fact]
    public async Task A_cancel_ahead_of_its_request_is_recorded()
    {
        var id = Guid.CreateVersion7();

        var ended = await folder.RunAsync("cancel", $"{id}", "--reason", "changed my mind");

        Assert.Equal($"{id} is not known yet. The cancel is recorded and holds when its request arrives.\n", ended.OutputOrThrow("cancel"));
    }

    [Theory]
    [InlineData("tail", "not-an-id")]
    [InlineData("cancel", "not-an-id")]
    [InlineData("tail", "00000000-0000-0000-0000-000000000000")]
    public async Task What_is_no_id_is_refused(string verb, string id)
    {
        CommandFolder.AssertExplained(await folder.RunAsync(verb, id), 2, $"'{id}' is not a generation's id; one looks like ");
        Assert.False(File.Exists(folder.Database));
    }

    public void Dispose() => folder.Dispose();
}
