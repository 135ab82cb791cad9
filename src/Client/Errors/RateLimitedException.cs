namespace Millrace.Client.Errors;

/// <summary>The gateway takes no more calls of this API key for now, for longer than the call may wait. Nothing was done.</summary>
/// <param name="message">What the gateway says.</param>
/// <param name="retryAfter">When to try again, from now.</param>
public sealed class RateLimitedException(string message, TimeSpan retryAfter) : Exception(message)
{
    /// <summary>When to try again, from when this was thrown.</summary>
    public TimeSpan RetryAfter { get; } = retryAfter;
}
