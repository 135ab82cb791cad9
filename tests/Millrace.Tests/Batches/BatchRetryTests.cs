using System.Text.Json;
using Millrace.Contracts;
using Millrace.Persistence.Batches;
using Millrace.Persistence.Generations;
using Millrace.Persistence.Model;
using Millrace.Tests.Persistence;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Batches;

[Integration]
public sealed class BatchRetryTests(Truths truths) : IClassFixture<Truths>
{
    private const string Tenant = "t";

    public static TheoryData<Kind> Both => Truths.Both;

    /// <summary>However many lines one statement takes: the rest of them must not be left behind.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task Every_line_without_an_answer_runs_again_also_behind_the_first_page(Kind kind)
    {
        const int Lines = (2 * BatchRetryStore.PageSize) + 1;
        var truth = truths.Of(kind);
        var batch = await BeginAsync(truth, Lines);
        await truth.QueryAsync<long>("UPDATE batch_lines SET state = 'failed', position = number WHERE batch_id = $1 RETURNING number", batch);
        await truth.QueryAsync<Guid>(
            "UPDATE batches SET state = 'completed', failed = total, finished_at = created_at WHERE id = $1 RETURNING id", batch);

        Assert.True(await truth.Retries.RetryAsync(Tenant, batch, budget: null, Token));

        var stored = (await truth.Batches.FindAsync(Tenant, batch, Token))!;
        var again = await truth.QueryAsync<long>("SELECT count(*) FROM batch_lines WHERE batch_id = $1 AND state = 'pending' AND round = 1", batch);
        var pending = await truth.QueryAsync<long>("SELECT pending FROM batch_lanes WHERE batch_id = $1", batch);
        Assert.Equal([Lines], again);
        Assert.Equal([Lines], pending);
        Assert.Equal((BatchState.InProgress, 0L), (stored.State, stored.Failed));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static async Task<Guid> BeginAsync(Truth truth, int lines)
    {
        var batch = (await truth.Batches.AddAsync(new NewBatch(Guid.CreateVersion7(), Tenant, Guid.NewGuid()), Token)).Id;
        var claim = (await truth.BatchIntake.ClaimAsync(Guid.NewGuid(), Token))!;
        Assert.Equal(batch, claim.Id);
        var all = Enumerable.Range(1, lines).Select(number => LineOf(batch, number)).ToAsyncEnumerable();
        Assert.True(await truth.BatchIntake.BeginAsync(claim, all, Token));
        return batch;
    }

    private static NewBatchLine LineOf(Guid batch, int number)
    {
        var id = BatchLineId.Of(batch, number);
        var request = JsonSerializer.Serialize(new GenerateRequested { GenerationId = id, Prompt = "x" }, ContractsJson.Options);
        var generation = new NewGeneration
        {
            Id = id,
            Tenant = Tenant,
            State = GenerationState.Queued,
            Lane = "p.bulk",
            Provider = "p",
            Model = "m",
            Channel = "default",
            Request = request,
            RequestHash = [1],
        };
        return new(number, $"line-{number}", BatchLineForm.Short, generation, 0);
    }
}
