using System.Text.Json;
using Millrace.Contracts;
using Millrace.Persistence.Batches;
using Millrace.Persistence.Model;
using Millrace.Tests.Fleet;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Batches;

[Integration]
public sealed class BatchFleetTests(BatchFleet given) : IClassFixture<BatchFleet>
{
    [Fact]
    public async Task A_batch_is_cancelled_kept_as_far_as_it_was_and_run_to_its_end_later()
    {
        var gate = new TaskCompletionSource();
        var fleet = given.Fleet;
        fleet.Provider.Respond(call => (BatchDesk.PromptOf(call) is "p1" or "p2" or "p3" ? call : call.HoldUntil(gate.Task)).Text("ok").Usage(3, 2).Stop());
        var desk = given.Desk;

        var id = await desk.SubmitAsync(Enumerable.Range(1, 100).Select(n => BatchDesk.Line($"line-{n}", $"p{n}")));
        await desk.UntilAsync(id, batch => batch.Completed == 3);
        Assert.Equal(BatchState.Cancelling, (await desk.Batches.CancelAsync(BatchDesk.Tenant, id, CancellationToken.None))!.State);
        var batch = await desk.EndAsync(id);

        Assert.Equal((BatchState.Cancelled, 100, 3, 0), (batch.State, batch.Total, batch.Completed, batch.Failed));
        Assert.Equal(3, (await desk.ReadAsync(batch, BatchResults.Answers)).Count);
        var rest = await desk.ReadAsync(batch, BatchResults.Errors);
        Assert.Equal(97, rest.Count);
        Assert.All(rest, line => Assert.Contains(line.State, new[] { BatchLineState.Cancelled, BatchLineState.Pending }));
        Assert.Equal(Enumerable.Range(1, 100), (await desk.ReadAsync(batch, BatchResults.InOrder)).Select(line => (int)line.Number));
        Assert.False(await desk.Retries.RetryAsync("somebody-else", id, null, CancellationToken.None));

        gate.SetResult();
        Assert.True(await desk.Retries.RetryAsync(BatchDesk.Tenant, id, null, CancellationToken.None));
        batch = await desk.EndAsync(id);

        Assert.Equal((BatchState.Completed, 100, 0), (batch.State, batch.Completed, batch.Failed));
        var answers = await desk.ReadAsync(batch, BatchResults.Answers);
        Assert.Equal(100, answers.DistinctBy(answer => answer.CustomId).Count());
        Assert.Equal(answers.Count, answers.DistinctBy(answer => answer.Position).Count());
        Assert.False(await desk.Retries.RetryAsync(BatchDesk.Tenant, id, null, CancellationToken.None));
    }

    [Fact]
    public async Task Failed_lines_are_told_and_when_the_window_is_over_the_rest_never_runs()
    {
        var fleet = given.Fleet;
        fleet.Provider.Respond(call => _ = BatchDesk.PromptOf(call) switch
        {
            "p1" => call.Text("ok").Usage(3, 2).Stop(),
            "p2" => call.Refuse(400, "context_length_exceeded"),
            _ => call.Stall(),
        });
        var desk = given.Desk;

        var id = await desk.SubmitAsync(Enumerable.Range(1, 30).Select(n => BatchDesk.Line($"line-{n}", $"p{n}")));
        await desk.UntilAsync(id, batch => batch is { Completed: 1, Failed: 1 });
        await fleet.QueryAsync<Guid>("UPDATE batches SET expires_at = now() WHERE id = $1 RETURNING id", id);
        var batch = await desk.EndAsync(id);

        Assert.Equal((BatchState.Expired, 30, 1, 1), (batch.State, batch.Total, batch.Completed, batch.Failed));
        var rest = await desk.ReadAsync(batch, BatchResults.Errors);
        Assert.Equal("ContextLengthExceeded", JsonElement.Parse(rest.Single(line => line.Number == 2).Outcome!).GetProperty("reason").GetString());
        Assert.Equal(29, rest.Count);
    }

    [Fact]
    public async Task A_small_batch_of_another_tenant_does_not_wait_for_a_large_one()
    {
        var fleet = given.Fleet;
        fleet.Provider.Respond(call => call.Wait(TimeSpan.FromMilliseconds(30)).Text("ok").Usage(3, 2).Stop());
        var desk = given.Desk;

        var large = await desk.SubmitAsync(Enumerable.Range(1, 3000).Select(n => BatchDesk.Line($"line-{n}", $"p{n}")));
        await desk.UntilAsync(large, batch => batch.Completed > 50);
        var small = await desk.SubmitAsync(Enumerable.Range(1, 60).Select(n => BatchDesk.Line($"line-{n}", $"p{n}")));
        var single = FleetFixture.Request() with { Class = GenerationClass.Bulk, Tenant = "beta" };
        await fleet.SubmitAsync(single);
        await desk.EndAsync(small);
        await fleet.Events.TerminalAsync(single.GenerationId);

        // By the order of the ends, whenever somebody looks
        var before = await fleet.QueryAsync<long>("""
            SELECT count(*) FROM batch_lines l JOIN generations g ON g.id = l.generation_id
            WHERE l.batch_id = $1 AND g.finished_at < (SELECT max(finished_at) FROM generations
                WHERE id = $3 OR id IN (SELECT generation_id FROM batch_lines WHERE batch_id = $2))
            """, large, small, single.GenerationId);
        Assert.InRange(before, 50, 1500);
        await desk.Batches.CancelAsync(BatchDesk.Tenant, large, CancellationToken.None);
        await desk.EndAsync(large);
    }
}
