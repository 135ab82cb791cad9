using Millrace.Persistence.Model;
using Millrace.Persistence.Webhooks;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Persistence;

[Integration]
public sealed class WebhookDeliveryTests(Truths truths) : IClassFixture<Truths>
{
    private static readonly TimeSpan Lease = TimeSpan.FromHours(1);

    public static TheoryData<Kind> Both => Truths.Both;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task An_end_concerns_who_asked_for_its_kind_and_its_channel_before_it_came(Kind kind)
    {
        var truth = truths.Of(kind);
        var tenant = $"t{Guid.NewGuid():N}";
        var (all, failures, elsewhere) = (await HookAsync(truth, tenant), await HookAsync(truth, tenant, events: "generation.failed"), await HookAsync(truth, tenant, channel: "billing"));
        var ended = (await truth.RunningAsync(Guid.NewGuid(), made => made with { Tenant = tenant })).Fence;
        await truth.Runs.FinishAsync(ended, Rows.Completed(), CancellationToken.None);
        await truth.AgeAsync(ended.GenerationId, "finished_at", TimeSpan.FromSeconds(-1));
        var late = await HookAsync(truth, tenant);
        await truth.QueryAsync<long>($"UPDATE webhooks SET created_at = {truth.Database.Sql.NowPlus("$2")} WHERE id = $1 RETURNING 1", late, 3_600_000L);

        Assert.Equal([all], (await truth.Deliveries.AudienceAsync(ended.GenerationId, "generation.completed", CancellationToken.None))!.Webhooks);
        Assert.Equal(new[] { all, failures }.Order(), (await truth.Deliveries.AudienceAsync(ended.GenerationId, "generation.failed", CancellationToken.None))!.Webhooks.Order());
        Assert.True(await truth.Webhooks.DeleteAsync(tenant, elsewhere, CancellationToken.None));
        Assert.False(await truth.Webhooks.DeleteAsync("another", all, CancellationToken.None));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task A_delivery_is_made_once_and_held_by_one_gateway_whose_late_word_counts_no_more(Kind kind)
    {
        var truth = truths.Of(kind);
        var (hook, generation) = (await HookAsync(truth, "default"), Guid.NewGuid());
        var id = await truth.Deliveries.AddAsync(hook, generation, "generation.completed", "{}", CancellationToken.None);
        Assert.Equal(id, await truth.Deliveries.AddAsync(hook, generation, "generation.completed", "{}", CancellationToken.None));

        var first = await ClaimAsync(truth, id);
        Assert.NotNull(first);
        Assert.Null(await ClaimAsync(truth, id));
        await DueAsync(truth, id);
        var second = await ClaimAsync(truth, id);
        Assert.Equal((1, 2), (first.Attempt, second!.Attempt));
        await truth.Deliveries.SettleAsync(first, WebhookDeliveryState.Failed, TimeSpan.Zero, "[1]", CancellationToken.None);
        await truth.Deliveries.SettleAsync(second, WebhookDeliveryState.Delivered, TimeSpan.Zero, "[2]", CancellationToken.None);

        var ended = await truth.Deliveries.FindAsync(hook, id, CancellationToken.None);
        Assert.Equal((WebhookDeliveryState.Delivered, "[2]", 2), (ended!.State, ended.Log, ended.Attempts));
        Assert.NotNull(ended.FinishedAt);
        Assert.True(await truth.Deliveries.RepeatAsync(hook, id, CancellationToken.None));
        Assert.Equal("[2]", (await ClaimAsync(truth, id))!.Log);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task A_webhook_that_is_gone_gets_no_delivery_and_what_was_left_of_it_goes(Kind kind)
    {
        var truth = truths.Of(kind);
        var (gone, there) = (await HookAsync(truth, "default"), await HookAsync(truth, "default"));
        var left = await truth.Deliveries.AddAsync(gone, Guid.NewGuid(), "generation.completed", "{}", CancellationToken.None);
        var kept = await truth.Deliveries.AddAsync(there, Guid.NewGuid(), "generation.completed", "{}", CancellationToken.None);
        await truth.QueryAsync<long>("DELETE FROM webhooks WHERE id = $1 RETURNING 1", gone);

        var late = await truth.Deliveries.AddAsync(gone, Guid.NewGuid(), "generation.completed", "{}", CancellationToken.None);
        await truth.Deliveries.DropAsync(there, CancellationToken.None);
        Assert.Equal([left], (await truth.Deliveries.ListAsync(gone, 10, CancellationToken.None)).Select(delivery => delivery.Id));
        Assert.NotEqual(left, late);
        Assert.NotNull(await truth.Deliveries.FindAsync(there, kept, CancellationToken.None));
        await truth.Deliveries.DropAsync(gone, CancellationToken.None);
        Assert.Empty(await truth.Deliveries.ListAsync(gone, 10, CancellationToken.None));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task What_is_due_is_told_once_for_each_webhook_with_its_tenant_and_a_claim_takes_the_oldest_of_one(Kind kind)
    {
        var truth = truths.Of(kind);
        var (mine, other) = ($"t{Guid.NewGuid():N}", $"t{Guid.NewGuid():N}");
        var (many, one, later, gone) = (await HookAsync(truth, mine), await HookAsync(truth, other), await HookAsync(truth, mine), await HookAsync(truth, mine));
        foreach (var hook in new[] { many, many, many, one, later, gone })
            await truth.Deliveries.AddAsync(hook, Guid.NewGuid(), "generation.completed", "{}", CancellationToken.None);
        await truth.QueryAsync<long>($"UPDATE webhook_deliveries SET next_attempt_at = {truth.Database.Sql.NowPlus("$2")} WHERE webhook_id = $1 RETURNING 1", later, 3_600_000L);
        await truth.QueryAsync<long>("DELETE FROM webhooks WHERE id = $1 RETURNING 1", gone);

        var due = (await truth.Deliveries.DueAsync(CancellationToken.None)).Where(webhook => new[] { many, one, later, gone }.Contains(webhook.Id)).ToList();
        Assert.Equal(new[] { (many, mine), (one, other), (gone, null) }.Order(), due.Select(webhook => (webhook.Id, webhook.Tenant)).Order());

        Assert.Equal(2, (await truth.Deliveries.ClaimAsync(many, 2, Lease, CancellationToken.None)).Count);
        Assert.Single(await truth.Deliveries.ClaimAsync(many, 2, Lease, CancellationToken.None));
        Assert.Empty(await truth.Deliveries.ClaimAsync(later, 2, Lease, CancellationToken.None));
        Assert.DoesNotContain(many, (await truth.Deliveries.DueAsync(CancellationToken.None)).Select(webhook => webhook.Id));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task Old_deliveries_are_removed_but_for_those_that_wait_and_an_erased_generation_s_at_once(Kind kind)
    {
        var truth = truths.Of(kind);
        var hook = await HookAsync(truth, "default");
        var ended = (await truth.RunningAsync(Guid.NewGuid(), made => made with { Tenant = "default" })).Fence;
        await truth.Runs.FinishAsync(ended, Rows.Completed(), CancellationToken.None);
        var (erased, waiting) = (await AddAsync(ended.GenerationId), await AddAsync(Guid.NewGuid()));
        for (var n = 0; n < 501; n++) await AddAsync(Guid.NewGuid());
        await truth.QueryAsync<long>($"UPDATE webhook_deliveries SET created_at = {truth.Database.Sql.NowPlus("$2")} WHERE webhook_id = $1 RETURNING 1",
            hook, -(long)TimeSpan.FromDays(31).TotalMilliseconds);
        await truth.QueryAsync<long>("UPDATE webhook_deliveries SET state = 'failed' WHERE webhook_id = $1 AND id <> $2 AND id <> $3 RETURNING 1", hook, erased, waiting);

        await truth.Retention.ForgetAsync(TimeSpan.FromHours(24), CancellationToken.None);
        Assert.Equal(new[] { erased, waiting }.Order(), await LeftAsync());
        Assert.True(await truth.Generations.EraseAsync("default", ended.GenerationId, "{}", CancellationToken.None));
        Assert.Equal([waiting], await LeftAsync());

        Task<Guid> AddAsync(Guid generation) => truth.Deliveries.AddAsync(hook, generation, "generation.completed", "{}", CancellationToken.None);
        async Task<IEnumerable<Guid>> LeftAsync() => (await truth.Deliveries.ListAsync(hook, 1000, CancellationToken.None)).Select(delivery => delivery.Id).Order();
    }

    private static async Task<ClaimedDelivery?> ClaimAsync(Truth truth, Guid id) =>
        (await truth.Deliveries.ClaimAsync((await truth.QueryAsync<Guid>("SELECT webhook_id FROM webhook_deliveries WHERE id = $1", id)).Single(), 1000, Lease, CancellationToken.None))
        .Find(claimed => claimed.Id == id);

    private static async Task DueAsync(Truth truth, Guid id) => await truth.QueryAsync<long>(
        $"UPDATE webhook_deliveries SET next_attempt_at = {truth.Database.Sql.NowPlus("$2")} WHERE id = $1 RETURNING 1", id, -1L);

    private static async Task<Guid> HookAsync(Truth truth, string tenant, string? events = null, string? channel = null) => (await truth.Webhooks.AddAsync(
        new() { Id = Guid.CreateVersion7(), Tenant = tenant, Url = "https://example.com/", Secret = "whsec_eA==", Events = events, Channel = channel }, CancellationToken.None)).Id;
}
