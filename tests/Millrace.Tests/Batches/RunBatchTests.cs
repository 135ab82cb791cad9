using Millrace.Client;
using Millrace.Client.Batches;
using Millrace.Client.Errors;
using Millrace.Client.Options;
using Millrace.Contracts;
using Millrace.Tests.Embedded;
using Millrace.Tests.ScriptedProviders;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Batches;

[Integration]
public sealed class RunBatchTests : IDisposable
{
    private readonly ScratchFolder folder = new("run-batch");

    [Fact]
    public async Task Answers_and_errors_come_as_they_end_and_the_source_is_read_no_further_than_the_window()
    {
        await using var provider = await ScriptedProvider.StartAsync(Wire.OpenAI);
        provider.Respond(call => _ = BatchDesk.PromptOf(call) == "p7" ? call.Refuse(400) : call.Text("said: ", BatchDesk.PromptOf(call)).Usage(3, 2).Stop());
        await using var worker = await EmbeddedWorker.StartAsync(folder.File("m.db"), provider);
        var requests = Enumerable.Range(1, 60).Select(n => new GenerateRequested { GenerationId = Guid.CreateVersion7(), Prompt = $"p{n}" }).ToList();
        var (given, taken, ahead) = (0, 0, 0);

        var answers = new List<BatchAnswer>();
        await foreach (var answer in worker.Client.RunBatchAsync(Source(), window: 8, TestContext.Current.CancellationToken))
        {
            (taken, ahead) = (taken + 1, Math.Max(ahead, given - taken));
            answers.Add(answer);
        }

        Assert.Equal(requests.Select(request => request.GenerationId).Order(), answers.Select(answer => answer.Request.GenerationId).Order());
        Assert.InRange(ahead, 1, 8);
        Assert.Equal("p7", Assert.Single(answers, answer => answer.Error is GenerationFailedException { Failed.Reason: FailureReason.InvalidRequest }).Request.Prompt);
        Assert.All(answers.Where(answer => answer.Error is null), answer => Assert.Equal($"said: {answer.Request.Prompt}", answer.Text));

        // The same ids again ask nobody
        var again = await worker.Client.RunBatchAsync(requests.ToAsyncEnumerable(), cancellationToken: TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal(60, again.Count);
        Assert.Equal(60, provider.Calls.Count);

        async IAsyncEnumerable<GenerateRequested> Source()
        {
            foreach (var request in requests)
            {
                given++;
                yield return request;
                await Task.Yield();
            }
        }
    }

    [Fact]
    public async Task What_the_source_throws_comes_behind_the_answers_that_were_asked_for()
    {
        await using var provider = await ScriptedProvider.StartAsync(Wire.OpenAI);
        await using var worker = await EmbeddedWorker.StartAsync(folder.File("n.db"), provider);
        var answers = new List<BatchAnswer>();

        var broken = await Assert.ThrowsAsync<InvalidDataException>(async () =>
        {
            await foreach (var answer in worker.Client.RunBatchAsync(Source(), cancellationToken: TestContext.Current.CancellationToken)) answers.Add(answer);
        });

        Assert.Equal("row 3", broken.Message);
        Assert.Equal(2, answers.Count);

        static async IAsyncEnumerable<string> Source()
        {
            yield return "one";
            await Task.Yield();
            yield return "two";
            throw new InvalidDataException("row 3");
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10_001)]
    public async Task A_window_out_of_its_range_is_refused_at_once(int window)
    {
        await using var client = new MillraceClient(new MillraceHttpOptions { Gateway = new("http://127.0.0.1:9") });

        Assert.Throws<ArgumentOutOfRangeException>(() => client.RunBatchAsync(AsyncEnumerable.Empty<GenerateRequested>(), window));
    }

    public void Dispose() => folder.Dispose();
}
