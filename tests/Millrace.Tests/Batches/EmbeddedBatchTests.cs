using System.Text.Json;
using Millrace.Persistence.Batches;
using Millrace.Persistence.Model;
using Millrace.Tests.Embedded;
using Millrace.Tests.ScriptedProviders;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Batches;

[Integration]
public sealed class EmbeddedBatchTests : IDisposable
{
    private readonly ScratchFolder folder = new("batches");

    [Fact]
    public async Task Every_line_of_a_file_is_answered_once_and_read_in_the_order_of_ends_or_of_the_file()
    {
        await using var provider = await ScriptedProvider.StartAsync(Wire.OpenAI);
        provider.Respond(call => call.Text("said: ", BatchDesk.PromptOf(call)).Usage(3, 2).Stop());
        await using var worker = await EmbeddedWorker.StartAsync(folder.File("m.db"), provider);
        var desk = new BatchDesk(worker.Services);

        var id = await desk.SubmitAsync(Enumerable.Range(1, 300).Select(n => n % 2 == 0 ? BatchDesk.Line($"line-{n}", $"p{n}") : BatchDesk.ChatLine($"line-{n}", $"p{n}")));
        var batch = await desk.EndAsync(id);

        Assert.Equal((BatchState.Completed, 300, 300, 0), (batch.State, batch.Total, batch.Completed, batch.Failed));
        Assert.Equal((900, 600), (batch.InputTokens, batch.OutputTokens));
        var answers = await desk.ReadAsync(batch, BatchResults.Answers);
        Assert.Equal(Enumerable.Range(1, 300).Select(n => (long?)n), answers.Select(answer => answer.Position));
        Assert.Equal(Enumerable.Range(1, 300).Select(n => $"line-{n}").Order(), answers.Select(answer => answer.CustomId).Order());
        Assert.Equal(Enumerable.Range(1, 300).Select(n => $"said: p{n}"), (await desk.ReadAsync(batch, BatchResults.InOrder)).Select(TextOf));
        Assert.Equal(answers.Skip(10), await desk.ReadAsync(batch, BatchResults.Answers, BatchPlace.Behind(answers[9], BatchResults.Answers)));
        Assert.Empty(await desk.ReadAsync(batch, BatchResults.Errors));
        Assert.Equal(300, provider.Calls.Count);
    }

    [Fact]
    public async Task Nothing_of_a_bad_file_runs_and_each_bad_line_is_named_with_its_reason()
    {
        await using var provider = await ScriptedProvider.StartAsync(Wire.OpenAI);
        await using var worker = await EmbeddedWorker.StartAsync(folder.File("m.db"), provider);
        var desk = new BatchDesk(worker.Services);

        var id = await desk.SubmitAsync(
        [
            BatchDesk.Line("a", "fine"),
            "{\"custom_id\":",
            "",
            BatchDesk.Line("a", "twice"),
            BatchDesk.Line("", "nameless"),
            """{"custom_id":"e","method":"POST","url":"/v1/images","body":{}}""",
            """{"custom_id":"f","method":"GET","url":"/v1/chat/completions","body":{}}""",
            """{"custom_id":"g","prompt":"x","tempreature":1}""",
            """{"custom_id":"h","prompt":"x","provider":"opnai"}""",
            """{"custom_id":"i","prompt":""}""",
            """{"custom_id":"j","method":"POST","url":"/v1/chat/completions","body":{"model":"m","stream":true,"messages":[]}}""",
        ]);
        var batch = await desk.EndAsync(id);

        Assert.Equal((BatchState.Failed, 0L), (batch.State, batch.Total));
        var faults = JsonSerializer.Deserialize<List<BatchFault>>(batch.Faults!, JsonSerializerOptions.Web)!;
        Assert.Equal(
            [
                "2 invalid_json_line", "4 duplicate_custom_id", "5 missing_required_parameter", "6 invalid_url", "7 invalid_method", "8 invalid_json",
                "9 unknown_provider", "10 invalid_request", "11 invalid_value",
            ],
            faults.Select(fault => $"{fault.Line} {fault.Code}"));
        Assert.Contains("tempreature", faults[5].Message, StringComparison.Ordinal);
        Assert.Empty(provider.Calls);
        Assert.Empty(await desk.ReadAsync(batch, BatchResults.Errors));
    }

    public void Dispose() => folder.Dispose();

    private static string TextOf(BatchResult result) => JsonElement.Parse(result.Outcome!).GetProperty("text").GetString()!;
}
