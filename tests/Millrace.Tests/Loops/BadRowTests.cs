using Microsoft.Extensions.DependencyInjection;
using Millrace.Contracts;
using Millrace.Persistence.Generations;
using Millrace.Persistence.Model;
using Millrace.Persistence.Sql;
using Millrace.Tests.Batches;
using Millrace.Tests.Embedded;
using Millrace.Tests.Persistence;
using Millrace.Tests.ScriptedProviders;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Loops;

/// <summary>Rows that something has spoilt, in the loops of a worker that runs: the rows beside them get their due.</summary>
[Integration]
public sealed class BadRowTests : IAsyncLifetime
{
    private const string Announced = "SELECT CASE WHEN announced_at IS NULL THEN 0 ELSE 1 END FROM generations WHERE id = $1";

    private readonly ScratchFolder folder = new("bad-rows");
    private ScriptedProvider provider = null!;
    private EmbeddedWorker worker = null!;

    private IDatabase Database => worker.Services.GetRequiredService<IDatabase>();

    public async ValueTask InitializeAsync()
    {
        provider = await ScriptedProvider.StartAsync(Wire.OpenAI);
        provider.Respond(call => call.Text("fine").Usage(3, 2).Stop());
        worker = await EmbeddedWorker.StartAsync(folder.File("m.db"), provider);
    }

    [Fact]
    public async Task Ends_without_an_outcome_or_with_one_that_cannot_be_read_keep_no_other_end_from_being_told()
    {
        var outcome = """{"generationId":"01981f6e-0000-7000-8000-000000000000","attempts":0,"lastSequence":0,"reason":"Internal","message":"x","retryable":false,"timings":{}}""";
        var rows = new[] { null, "{", "null", outcome };
        var ids = new List<Guid>();
        foreach (var _ in rows) ids.Add(await AcceptAsync(Rows.Queued() with { State = GenerationState.Failed, Outcome = outcome }));
        for (var i = 0; i < rows.Length; i++)
            await RunAsync("UPDATE generations SET outcome = $2, nudged_at = 0 WHERE id = $1", ids[i], rows[i]);

        await Until.EqualAsync(1L, async () => (await Database.QueryAsync(Announced, row => row.GetOnly<long>(), CancellationToken.None, ids[^1])).Single());
    }

    [Fact]
    public async Task A_request_that_cannot_be_read_fails_its_generation_and_the_lane_goes_on()
    {
        var spoilt = await AcceptAsync(Rows.Queued() with { Lane = "scripted.interactive", Provider = "scripted", Request = "{" });
        await RunAsync("UPDATE generations SET nudged_at = 0 WHERE id = $1", spoilt);

        var failed = await Assert.ThrowsAsync<Millrace.Client.Errors.GenerationFailedException>(() => Until.DoneAsync(worker.Client.WaitAsync(spoilt)));

        Assert.Contains("cannot be read", failed.Message, StringComparison.Ordinal);
        Assert.Equal("fine", (await worker.Client.GenerateAsync(new GenerateRequested { GenerationId = Guid.CreateVersion7(), Prompt = "x" })).Text);
    }

    [Fact]
    public async Task A_batch_whose_lines_cannot_be_let_go_keeps_no_other_batch_of_its_lane_waiting()
    {
        var desk = new BatchDesk(worker.Services);
        var spoilt = await desk.SubmitAsync([BatchDesk.Line("a", "x")]);
        await desk.EndAsync(spoilt);
        await Database.TransactAsync(async transaction => // again, under an id that is taken, so that the line is written anew; it cannot be read
        {
            await transaction.ExecuteAsync("UPDATE batches SET state = 'in_progress', completed = 0, finished_at = NULL, announced_at = NULL WHERE id = $1", spoilt);
            await transaction.ExecuteAsync("UPDATE batch_lines SET state = 'pending', position = NULL, request = '{' WHERE batch_id = $1", spoilt);
            return await transaction.ExecuteAsync("INSERT INTO batch_lanes (batch_id, lane, model, pending) SELECT batch_id, lane, model, 1 FROM batch_lines WHERE batch_id = $1", spoilt);
        }, CancellationToken.None);

        var good = await desk.SubmitAsync([BatchDesk.Line("b", "y")]);

        Assert.Equal(BatchState.Completed, (await desk.EndAsync(good)).State);
    }

    public async ValueTask DisposeAsync()
    {
        await worker.DisposeAsync();
        await provider.DisposeAsync();
        folder.Dispose();
    }

    private async Task<Guid> AcceptAsync(NewGeneration row)
    {
        await worker.Services.GetRequiredService<IntakeStore>().AcceptAsync(row, CancellationToken.None);
        return row.Id;
    }

    private async Task RunAsync(string sql, params object?[] values) => Assert.Equal(1, await Database.ExecuteAsync(sql, CancellationToken.None, values));
}
