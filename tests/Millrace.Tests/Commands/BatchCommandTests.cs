using System.Text;
using System.Text.Json;
using Millrace.Tests.Batches;
using Millrace.Tests.Fleet;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Commands;

[Integration]
public sealed class BatchCommandTests(TestServers servers) : IDisposable
{
    private readonly CommandFolder folder = new();

    [Fact]
    public async Task A_file_is_run_with_a_template_and_running_it_again_asks_nobody_and_gives_the_same()
    {
        var (input, output) = (Write("in.jsonl", """{"id":"a","text":"one {1}","n":7}""", """{"id":"b","text":"two","n":8}"""), folder.File("out.jsonl"));

        var first = await folder.RunAsync("batch", "run", input, "-o", output, "--template", "Count {n}: {text}");
        var answers = Read(output);
        var again = await folder.RunAsync("batch", "run", input, "-o", output, "--template", "Count {n}: {text}");

        Assert.Equal((0, 0), (first.ExitCode, again.ExitCode));
        Assert.Contains("2 of 2 done, 0 failed", first.Error, StringComparison.Ordinal);
        Assert.Contains("is there already (completed)", again.Error, StringComparison.Ordinal);
        Assert.Equal(["a", "b"], answers.Select(answer => answer.GetProperty("custom_id").GetString()).Order());
        Assert.All(answers, answer => Assert.StartsWith("Simulated reply", answer.GetProperty("text").GetString(), StringComparison.Ordinal));
        Assert.Equal(answers.Select(answer => answer.GetRawText()), Read(output).Select(answer => answer.GetRawText()));
        Assert.False(File.Exists(folder.File("out.errors.jsonl")));
    }

    [Fact]
    public async Task Rows_get_their_answers_beside_them_in_their_order_and_no_cell_becomes_a_formula()
    {
        var (input, output) = (Write("in.csv", "text,custom_id", "\"=1+1, or \"\"so\"\"\",x", "plain,y"), folder.File("out.csv"));

        var ended = await folder.RunAsync("batch", "run", input, "-o", output, "--template", "Say {text}");

        Assert.Equal(0, ended.ExitCode);
        var rows = await File.ReadAllLinesAsync(output, TestContext.Current.CancellationToken);
        Assert.Equal("text,custom_id,answer,error", rows[0]);
        Assert.Equal(3, rows.Length);
        Assert.StartsWith("\"'=1+1, or \"\"so\"\"\",x,", rows[1], StringComparison.Ordinal);
        Assert.StartsWith("plain,y,", rows[2], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Line 2 of", """{"id":"a","text":"one"}""", """{"id":"b"}""")]
    [InlineData("it must be an object with fields", "[1]")]
    public async Task A_record_that_does_not_fit_the_template_is_named_and_nothing_runs(string message, params string[] lines)
    {
        var ended = await folder.RunAsync("batch", "run", Write("in.jsonl", lines), "-o", folder.File("out.jsonl"), "--template", "{text}");

        CommandFolder.AssertExplained(ended, 2, message);
    }

    [Fact]
    public async Task A_bad_file_is_told_line_by_line()
    {
        var ended = await folder.RunAsync("batch", "run", Write("in.jsonl", BatchDesk.Line("a", "x"), BatchDesk.Line("a", "y"), "{"), "-o", folder.File("out.jsonl"));

        Assert.Equal(1, ended.ExitCode);
        Assert.Contains("Line 2: 'custom_id' is 'a', which an earlier line has", ended.Error, StringComparison.Ordinal);
        Assert.Contains("Line 3: The line is no JSON", ended.Error, StringComparison.Ordinal);
        Assert.Contains("Nothing has run.", ended.Error, StringComparison.Ordinal);
        Assert.EndsWith("Mend the file and run it again.", ended.Error.TrimEnd(), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_spreadsheets_file_is_refused_until_its_encoding_is_said()
    {
        var (input, output) = (folder.File("in.csv"), folder.File("out.csv"));
        await File.WriteAllBytesAsync(input, Encoding.Latin1.GetBytes("prompt\r\nGr\u00fc\u00dfe\r\n"), TestContext.Current.CancellationToken);

        CommandFolder.AssertExplained(await folder.RunAsync("batch", "run", input, "-o", output), 2, "Line 2 of");
        var ended = await folder.RunAsync("batch", "run", input, "-o", output, "--encoding", "windows-1252");

        Assert.Equal(0, ended.ExitCode);
        Assert.StartsWith("Gr\u00fc\u00dfe,", (await File.ReadAllLinesAsync(output, TestContext.Current.CancellationToken))[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_path_that_is_not_there_is_a_sentence()
    {
        var ended = await folder.RunAsync("batch", "run", Write("in.jsonl", BatchDesk.Line("a", "x")), "-o", "/nowhere/out.jsonl");

        Assert.Equal(2, ended.ExitCode);
        Assert.Contains("Could not find a part of the path '/nowhere/out.jsonl'", ended.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fleets_batch_outlives_its_command_and_is_read_cancelled_and_run_to_its_end_by_others()
    {
        await using var fleet = await FleetFixture.StartAsync(servers, 1, ("Millrace__Batches__Window", "4"));
        folder.Environment["ConnectionStrings__RabbitMq"] = fleet.RabbitMq;
        folder.Environment["ConnectionStrings__Postgres"] = fleet.Postgres;
        var gate = new TaskCompletionSource();
        fleet.Provider.Respond(call => (BatchDesk.PromptOf(call) is "p1" or "p2" ? call : call.HoldUntil(gate.Task)).Text("ok").Usage(3, 2).Stop());
        var (input, output) = (Write("in.jsonl", [.. Enumerable.Range(1, 20).Select(n => BatchDesk.Line($"line-{n}", $"p{n}"))]), folder.File("out.jsonl"));

        await using (var running = await folder.StartProcessAsync("batch", "run", input, "-o", output))
        {
            await running.Output.WaitForLineAsync("2 of 20 done", Patience.Long);
            await running.SignalAsync("TERM");
            Assert.Equal(130, await running.WaitForExitAsync(Patience.Long));
            Assert.Contains(running.Output.Lines, line => line.Contains("goes on without this command", StringComparison.Ordinal));
        }
        var status = JsonElement.Parse((await folder.RunAsync("batch", "status", "--json")).OutputOrThrow("status"));
        var id = status.GetProperty("batchId").GetString()!;
        Assert.Contains((await folder.RunAsync("batch", "status")).OutputOrThrow("status").Split('\n'), line => line.Contains(id, StringComparison.Ordinal) && line.Contains("in_progress", StringComparison.Ordinal));
        Assert.Equal(("in_progress", 2), (status.GetProperty("state").GetString(), status.GetProperty("completed").GetInt32()));
        Assert.Contains("cancelling", (await folder.RunAsync("batch", "cancel", id)).OutputOrThrow("cancel"), StringComparison.Ordinal);
        await fleet.UntilAsync("SELECT state FROM batches WHERE id = $1", "cancelled", Guid.Parse(id));

        gate.SetResult();
        var ended = await folder.RunAsync("batch", "run", input, "-o", output);
        Assert.Equal(0, ended.ExitCode);
        Assert.Equal(20, Read(output).DistinctBy(answer => answer.GetProperty("custom_id").GetString()).Count());
        Assert.Equal(20, (await folder.RunAsync("batch", "results", id, "--which", "inorder")).OutputOrThrow("results").TrimEnd('\n').Split('\n').Length);
        CommandFolder.AssertExplained(await folder.RunAsync("batch", "retry-failed", id), 2, "there is nothing to run again");
    }

    public void Dispose() => folder.Dispose();

    private string Write(string name, params string[] lines)
    {
        var path = folder.File(name);
        File.WriteAllLines(path, lines);
        return path;
    }

    private static List<JsonElement> Read(string path) => [.. File.ReadAllLines(path).Select(line => JsonElement.Parse(line))];
}
