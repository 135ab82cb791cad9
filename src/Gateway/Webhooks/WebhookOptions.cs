namespace Millrace.Gateway.Webhooks;

/// <summary>How webhooks are told, section <c>Millrace:Gateway:Webhooks</c>.</summary>
internal sealed class WebhookOptions
{
    /// <summary>Whether webhooks may be at http addresses and inside private networks. Default: false.</summary>
    public bool AllowPrivate { get; set; }

    /// <summary>How long an attempt may take, 0.1 s to 1 min. Default: 10 s.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The time from the first attempt to the second, 10 ms to 1 h; the later ones are longer in proportion. Default: 5 s.</summary>
    public TimeSpan FirstDelay { get; set; } = TimeSpan.FromSeconds(5);
}
