using Millrace.Persistence.Batches;
using Millrace.Persistence.Model;
using Millrace.Tests.Persistence;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Batches;

[Integration]
public sealed class BatchTallyTests(Truths truths) : IClassFixture<Truths>
{
    public static TheoryData<Kind> Both => Truths.Both;

    /// <summary>Without the time its event could not be made by who has counted the last line.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task The_count_that_ends_a_batch_knows_when_that_was(Kind kind)
    {
        var truth = truths.Of(kind);
        var batch = await truth.Batches.AddAsync(new NewBatch(Guid.CreateVersion7(), "t", Guid.NewGuid()), CancellationToken.None);
        await truth.QueryAsync<long>("UPDATE batches SET state = 'cancelling' WHERE id = $1 RETURNING 1", batch.Id);

        var count = (await truth.Tallies.CountAsync(batch.Id, CancellationToken.None))!;

        var stored = (await truth.Batches.FindAsync("t", batch.Id, CancellationToken.None))!;
        Assert.True(BatchState.IsTerminal(count.Batch.State));
        Assert.Equal((stored.State, stored.FinishedAt), (count.Batch.State, count.Batch.FinishedAt));
        Assert.NotNull(count.Batch.FinishedAt);
    }
}
