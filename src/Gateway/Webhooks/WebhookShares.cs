using Millrace.Persistence;

namespace Millrace.Gateway.Webhooks;

/// <summary>
/// What this gateway has in the air to each webhook: at most 8, so that one that hangs delays nobody else's. A claim takes up to half of that, and takes none for
/// a webhook that has more than half in the air.
/// </summary>
internal sealed class WebhookShares
{
    private readonly Lock guard = new();
    private readonly Dictionary<Guid, int> inTheAir = [];

    /// <summary>Those that get no more for now.</summary>
    public IReadOnlyList<Guid> Full()
    {
        lock (guard) return [.. inTheAir.Where(share => share.Value > WebhookDeliveryStore.PerClaim).Select(share => share.Key)];
    }

    public void Enter(Guid webhook)
    {
        lock (guard) inTheAir[webhook] = inTheAir.GetValueOrDefault(webhook) + 1;
    }

    /// <summary>True if the webhook had no room before and has some now.</summary>
    public bool Leave(Guid webhook)
    {
        lock (guard)
        {
            var left = inTheAir[webhook] - 1;
            if (left == 0) inTheAir.Remove(webhook);
            else inTheAir[webhook] = left;
            return left == WebhookDeliveryStore.PerClaim;
        }
    }
}
