using Millrace.Persistence;

namespace Millrace.Tests.Persistence;

public sealed class WebhookDeliveryTests(Truths truths) : IClassFixture<Truths>
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(15);

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
        await truth.QueryAsync<long>($"UPDATE webhooks SET created_at = {truth.Database.Sql.NowPlus("$2")} WHERE id = $1 RETURNING 1", late, 60_000L);

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
        await truth.Deliveries.SettleAsync(first, WebhookDeliveryStore.Failed, TimeSpan.Zero, "[1]", CancellationToken.None);
        await truth.Deliveries.SettleAsync(second, WebhookDeliveryStore.Delivered, TimeSpan.Zero, "[2]", CancellationToken.None);

        var ended = await truth.Deliveries.FindAsync(hook, id, CancellationToken.None);
        Assert.Equal((WebhookDeliveryStore.Delivered, "[2]", 2), (ended!.State, ended.Log, ended.Attempts));
        Assert.NotNull(ended.FinishedAt);
        Assert.True(await truth.Deliveries.RepeatAsync(hook, id, CancellationToken.None));
        Assert.Equal("[2]", (await ClaimAsync(truth, id))!.Log);
    }

    private static async Task<ClaimedDelivery?> ClaimAsync(Truth truth, Guid id) =>
        (await truth.Deliveries.ClaimAsync(1000, Lease, CancellationToken.None)).Find(claimed => claimed.Id == id);

    private static async Task DueAsync(Truth truth, Guid id) => await truth.QueryAsync<long>(
        $"UPDATE webhook_deliveries SET next_attempt_at = {truth.Database.Sql.NowPlus("$2")} WHERE id = $1 RETURNING 1", id, -1L);

    private static async Task<Guid> HookAsync(Truth truth, string tenant, string? events = null, string? channel = null) => (await truth.Webhooks.AddAsync(
        new() { Id = Guid.CreateVersion7(), Tenant = tenant, Url = "https://example.com/", Secret = "whsec_eA==", Events = events, Channel = channel }, CancellationToken.None)).Id;
}
