namespace Millrace.Gateway.Settings;

/// <summary>How webhooks are told, section <c>Millrace:Gateway:Webhooks</c>.</summary>
public sealed class WebhookOptions
{
    /// <summary>Whether webhooks may be at http addresses and inside private networks. Default: false.</summary>
    public bool AllowPrivate { get; set; }

    /// <summary>Messages that a gateway has under way to a tenant's webhooks at a time, 1 to 256, and half of that to one webhook. Default: 16.</summary>
    public int ConcurrentPerTenant { get; set; } = 16;

    /// <summary>How long an attempt may take, 0.1 s to 1 min. Default: 10 s.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The time from the first attempt to the second, 10 ms to 1 h; the later ones are longer in proportion. Default: 5 s.</summary>
    public TimeSpan FirstDelay { get; set; } = TimeSpan.FromSeconds(5);
}
