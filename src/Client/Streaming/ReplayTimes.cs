namespace Millrace.Client.Streaming;

/// <summary>When a <see cref="GenerationFeed"/> asks the log for what it has missed. Times are those of a monotonic clock of the caller.</summary>
/// <param name="Now">The time at which it begins to listen.</param>
/// <param name="Retry">How long to wait for missing chunks before they are asked for again.</param>
/// <param name="Silence">How long nothing may be heard before the log is asked. Doubles with each silent answer.</param>
/// <param name="Longest">The longest pause between two questions about a silent generation.</param>
public sealed record ReplayTimes(TimeSpan Now, TimeSpan Retry, TimeSpan Silence, TimeSpan Longest);
