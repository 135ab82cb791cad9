using System.Collections.Concurrent;
using Millrace.Contracts;

namespace Millrace.Engine.Limits;

/// <summary>
/// Running averages of this worker's calls by model, for estimates. Models come from requests, so there could be any number of them: only the first thousand have one.
/// </summary>
public sealed class CallAverages
{
    private const int Most = 1000;

    /// <summary>How much the newest call counts.</summary>
    private const double Weight = 0.1;

    /// <summary>Until there has been a call; a short chat.</summary>
    private static readonly CallAverage Unknown = new(500, 500, TimeSpan.FromSeconds(5));

    private readonly ConcurrentDictionary<(string Provider, string Model), CallAverage> known = new();

    public CallAverage Of(string provider, string model) => known.GetValueOrDefault((provider, model), Unknown);

    public void Add(string provider, string model, TokenUsage? usage, TimeSpan took)
    {
        if (usage is null || (known.Count >= Most && !known.ContainsKey((provider, model)))) return;
        known.AddOrUpdate((provider, model),
            _ => new(usage.Input ?? Unknown.Input, usage.Output ?? Unknown.Output, Longer(took)),
            (_, old) => new(Mix(old.Input, usage.Input), Mix(old.Output, usage.Output), Longer(old.Duration * (1 - Weight) + took * Weight)));
    }

    private static double Mix(double old, long? now) => now is { } value ? old * (1 - Weight) + value * Weight : old;

    private static TimeSpan Longer(TimeSpan span) => span > TimeSpan.FromMilliseconds(1) ? span : TimeSpan.FromMilliseconds(1);
}
