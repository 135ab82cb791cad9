namespace Millrace.Providers.Options;

/// <summary>The circuit breaker of one provider. It counts the provider's own faults up to the first token, never refusals of a request.</summary>
public sealed class CircuitOptions
{
    /// <summary>The share of calls that must fail to open it, above 0 to 1.</summary>
    /// <value>0.5.</value>
    public double FailureRatio { get; set; } = 0.5;

    /// <summary>Calls in the sampling time below which it stays closed, 2 or more.</summary>
    /// <value>20.</value>
    public int MinimumThroughput { get; set; } = 20;

    /// <summary>The time over which calls are counted, 500 milliseconds to one day.</summary>
    /// <value>30 seconds.</value>
    public TimeSpan SamplingDuration { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long it stays open before one call may try again, 500 milliseconds to one day.</summary>
    /// <value>15 seconds.</value>
    public TimeSpan BreakDuration { get; set; } = TimeSpan.FromSeconds(15);
}
