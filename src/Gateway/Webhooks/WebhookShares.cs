using Microsoft.Extensions.Options;
using Millrace.Gateway.Settings;
using Millrace.Persistence.Webhooks;

namespace Millrace.Gateway.Webhooks;

/// <summary>
/// What this gateway has under way to whom. A tenant gets so much at most, and one of its webhooks half of that, so that a receiver that hangs takes neither
/// another tenant's places nor all of its own. Whoever has the least under way is next: first among tenants, then among a tenant's webhooks.
/// </summary>
internal sealed class WebhookShares(IOptions<GatewayOptions> options)
{
    private readonly int perTenant = options.Value.Webhooks.ConcurrentPerTenant;
    private readonly int perWebhook = Math.Max(1, options.Value.Webhooks.ConcurrentPerTenant / 2);
    private readonly Lock guard = new();
    private readonly Dictionary<string, int> byTenant = new(StringComparer.Ordinal);
    private readonly Dictionary<Guid, int> byWebhook = [];

    /// <summary>How many deliveries of which webhooks to take now.</summary>
    /// <param name="due">Those that have something due.</param>
    /// <param name="places">How many there may be in all.</param>
    public IReadOnlyList<(DueWebhook Webhook, int Count)> Plan(IReadOnlyList<DueWebhook> due, int places)
    {
        lock (guard)
        {
            // Claimants by what they would have under way; who got a place comes back behind those that have less
            var tenants = new PriorityQueue<(string Name, PriorityQueue<DueWebhook, (int, DateTimeOffset)> Webhooks), int>(
                due.GroupBy(NameOf, StringComparer.Ordinal).Select(tenant => ((tenant.Key, Waiting(tenant)), byTenant.GetValueOrDefault(tenant.Key))));
            var planned = new Dictionary<DueWebhook, int>();
            while (places > 0 && tenants.TryDequeue(out var tenant, out var underWay))
            {
                if (underWay >= perTenant || !tenant.Webhooks.TryDequeue(out var webhook, out var has)) continue;
                planned[webhook] = planned.GetValueOrDefault(webhook) + 1;
                places--;
                if (has.Item1 + 1 < perWebhook) tenant.Webhooks.Enqueue(webhook, (has.Item1 + 1, has.Item2));
                tenants.Enqueue(tenant, underWay + 1);
            }
            return [.. planned.Select(plan => (plan.Key, plan.Value))];
        }
    }

    public void Enter(DueWebhook webhook)
    {
        lock (guard)
        {
            byTenant[NameOf(webhook)] = byTenant.GetValueOrDefault(NameOf(webhook)) + 1;
            byWebhook[webhook.Id] = byWebhook.GetValueOrDefault(webhook.Id) + 1;
        }
    }

    /// <summary>True if the tenant or the webhook had no room before and has some now.</summary>
    public bool Leave(DueWebhook webhook)
    {
        lock (guard)
        {
            var (ofTenant, ofWebhook) = (Less(byTenant, NameOf(webhook)), Less(byWebhook, webhook.Id));
            return ofTenant == perTenant - 1 || ofWebhook == perWebhook - 1;
        }
    }

    private PriorityQueue<DueWebhook, (int, DateTimeOffset)> Waiting(IEnumerable<DueWebhook> webhooks) => new(webhooks
        .Select(webhook => (webhook, (UnderWay: byWebhook.GetValueOrDefault(webhook.Id), webhook.Since)))
        .Where(claim => claim.Item2.UnderWay < perWebhook));

    private static int Less<T>(Dictionary<T, int> counts, T of) where T : notnull
    {
        var left = counts[of] - 1;
        if (left == 0) counts.Remove(of);
        else counts[of] = left;
        return left;
    }

    /// <summary>What a webhook has left that is gone is nobody's; no tenant has this name.</summary>
    private static string NameOf(DueWebhook webhook) => webhook.Tenant ?? "";
}
