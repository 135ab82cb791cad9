using Microsoft.Extensions.Options;
using Millrace.Gateway.Settings;
using Millrace.Gateway.Webhooks;
using Millrace.Persistence.Webhooks;

namespace Millrace.Tests.Gateway;

/// <summary>Who gets the next places for messages to webhooks.</summary>
public sealed class WebhookShareTests
{
    private readonly WebhookShares shares = new(Options.Create(new GatewayOptions { Webhooks = { ConcurrentPerTenant = 8 } }));

    [Fact]
    public void A_tenant_whose_receivers_all_hang_has_its_places_and_no_more()
    {
        var hanging = Hooks("slow", 24);

        Take(hanging, 1000);
        Assert.Empty(shares.Plan(hanging, 1000));
        Assert.Equal(4, Take([.. hanging, .. Hooks("quick", 1)], 1000)); // all that one webhook may have
    }

    [Fact]
    public void One_webhook_has_half_of_its_tenants_places_at_most()
    {
        var (hangs, answers) = (Hooks("a", 1)[0], Hooks("a", 1)[0]);

        Assert.Equal(4, Take([hangs], 1000));
        Assert.Equal((answers, 4), Assert.Single(shares.Plan([hangs, answers], 1000)));
    }

    [Fact]
    public void Who_has_the_least_under_way_is_next_among_tenants_and_among_a_tenants_webhooks()
    {
        var (busy, idle) = (Hooks("busy", 3), Hooks("idle", 2));
        Take([busy[0]], 2);
        Take([busy[1]], 1);

        var plan = shares.Plan([.. busy, .. idle], 5).ToDictionary(part => part.Webhook, part => part.Count);

        // idle catches up with the three of busy, then they take turns
        Assert.Equal((1, 4), (busy.Sum(hook => plan.GetValueOrDefault(hook)), idle.Sum(hook => plan.GetValueOrDefault(hook))));
        Assert.Equal((0, 0, 1), (plan.GetValueOrDefault(busy[0]), plan.GetValueOrDefault(busy[1]), plan.GetValueOrDefault(busy[2])));
        Assert.Equal((2, 2), (plan[idle[0]], plan[idle[1]]));
    }

    [Fact]
    public void Whoever_had_no_room_is_told_when_there_is_some()
    {
        var hook = Hooks("a", 1)[0];
        Take([hook], 4);

        Assert.Equal([true, false, false, false], Enumerable.Range(0, 4).Select(_ => shares.Leave(hook)));
        Assert.Equal(4, Take([hook], 1000));
    }

    [Fact]
    public void What_webhooks_have_left_that_are_gone_is_taken_too()
    {
        var gone = new DueWebhook(Guid.NewGuid(), null, default);

        Assert.Equal((gone, 4), Assert.Single(shares.Plan([gone], 1000)));
    }

    [Fact]
    public void One_place_for_a_tenant_is_one_for_its_webhook()
    {
        var least = new WebhookShares(Options.Create(new GatewayOptions { Webhooks = { ConcurrentPerTenant = 1 } }));

        Assert.Equal(1, Assert.Single(least.Plan(Hooks("a", 1), 1000)).Count);
    }

    private int Take(IReadOnlyList<DueWebhook> due, int places)
    {
        var plan = shares.Plan(due, places);
        foreach (var (webhook, count) in plan)
        {
            for (var i = 0; i < count; i++) shares.Enter(webhook);
        }
        return plan.Sum(part => part.Count);
    }

    private static List<DueWebhook> Hooks(string tenant, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => new DueWebhook(Guid.NewGuid(), tenant, default))];
}
