namespace Millrace.Gateway.Webhooks;

/// <summary>When a delivery that failed is tried again.</summary>
internal static class RetryTimes
{
    private static readonly TimeSpan[] Usual =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(2), TimeSpan.FromHours(5), TimeSpan.FromHours(10),
    ];

    /// <summary>The pause after an attempt, or null after the last one.</summary>
    /// <param name="attempt">Which it was, from 1.</param>
    /// <param name="first">The pause after the first; the others are in proportion.</param>
    /// <param name="chance">0 to 1: up to a fifth is added by it, so that what failed together is not tried again together.</param>
    public static TimeSpan? After(int attempt, TimeSpan first, double chance) =>
        attempt > Usual.Length ? null : Usual[attempt - 1] * (first / Usual[0]) * (1 + chance / 5);
}
