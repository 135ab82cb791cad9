namespace Millrace.Engine.Settings;

/// <summary>When a failed provider call is repeated, section <c>Millrace:Retry</c>.</summary>
public sealed class RetryOptions
{
    /// <summary>Provider calls for each candidate of a request, 1 to 20. Default: 4.</summary>
    public int MaxAttempts { get; set; } = 4;

    /// <summary>The delay before the second call; it doubles with each further one and is jittered by half. 0 to 1 min. Default: 500 ms.</summary>
    public TimeSpan BaseDelay { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest delay of our own choosing, up to 1 h. Default: 30 s.</summary>
    public TimeSpan MaxDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest <c>Retry-After</c> that is waited for; above it the next fallback is taken, or the generation fails. Up to 24 h. Default: 1 h.</summary>
    public TimeSpan MaxRetryAfter { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long a generation without a fallback waits for an open circuit in all, up to 24 h. Default: 10 min.</summary>
    public TimeSpan CircuitPatience { get; set; } = TimeSpan.FromMinutes(10);
}
