using Millrace.Persistence.Chunks;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Persistence;

[Integration]
public sealed class AppendTests(Truths truths) : IClassFixture<Truths>
{
    public static TheoryData<Kind> Both => Truths.Both;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task Chunks_are_read_in_order_page_by_page(Kind kind)
    {
        var truth = truths.Of(kind);
        var fence = (await truth.RunningAsync(Guid.NewGuid())).Fence;

        var times = await Task.WhenAll(Enumerable.Range(1, 25).Select(n => truth.Chunks.AppendAsync(fence, Rows.Text(n, $"t{n}"), CancellationToken.None)));

        Assert.DoesNotContain(null, times);
        var page = await truth.Chunks.ReadAsync(fence.GenerationId, after: 10, limit: 5, CancellationToken.None);
        Assert.Equal([11, 12, 13, 14, 15], page.Select(chunk => chunk.Sequence));
        Assert.Equal("""{"text":"t11"}""", page[0].Payload);
        Assert.Equal(times[10], page[0].ProducedAt);
        Assert.Equal(new ChunkTail(25, "Text"), await truth.Chunks.TailAsync(fence.GenerationId, CancellationToken.None));
        Assert.Null(await truth.Chunks.TailAsync(Guid.NewGuid(), CancellationToken.None));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task Whoever_does_not_hold_the_generation_writes_nothing(Kind kind)
    {
        var truth = truths.Of(kind);
        var fence = (await truth.RunningAsync(Guid.NewGuid())).Fence;

        Assert.Null(await truth.Chunks.AppendAsync(fence with { Epoch = 2 }, Rows.Text(1), CancellationToken.None));
        Assert.Null(await truth.Chunks.AppendAsync(fence with { Owner = Guid.NewGuid() }, Rows.Text(1), CancellationToken.None));
        Assert.Null(await truth.Chunks.AppendAsync(fence with { GenerationId = Guid.NewGuid() }, Rows.Text(1), CancellationToken.None));
        await truth.Runs.FinishAsync(fence, Rows.Completed(), CancellationToken.None);
        Assert.Null(await truth.Chunks.AppendAsync(fence, Rows.Text(1), CancellationToken.None));

        Assert.Null(await truth.Chunks.TailAsync(fence.GenerationId, CancellationToken.None));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task An_append_whose_answer_was_lost_is_one_chunk(Kind kind)
    {
        await using var truth = truths.Another(kind);
        var fence = (await truth.RunningAsync(Guid.NewGuid())).Fence;

        truth.Database.LoseNextAnswer();
        var at = await truth.Chunks.AppendAsync(fence, Rows.Text(1, "once"), CancellationToken.None);

        var only = Assert.Single(await truth.Chunks.ReadAsync(fence.GenerationId, 0, 10, CancellationToken.None));
        Assert.Equal((at, """{"text":"once"}"""), (only.ProducedAt, only.Payload));
    }
}
