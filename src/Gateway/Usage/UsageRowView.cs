using System.ComponentModel;
using Millrace.Persistence.Usage;

namespace Millrace.Gateway.Usage;

/// <summary>Sums over a group of generations. Of the keys those are there that were asked for.</summary>
public sealed record UsageRowView
{
    [Description("2026-11-27T13:00Z, the hour that began then.")]
    public string? Hour { get; init; }

    [Description("2026-11-27, in UTC.")]
    public string? Day { get; init; }

    [Description("2026-11, in UTC.")]
    public string? Month { get; init; }

    [Description("Whose they are.")]
    public string? Tenant { get; init; }

    public string? Provider { get; init; }
    public string? Model { get; init; }

    [Description("The session; empty for those without one.")]
    public string? Session { get; init; }

    public string? Channel { get; init; }

    [Description("interactive or bulk; empty for those that were refused.")]
    public string? Class { get; init; }

    [Description("The state that they are in.")]
    public string? State { get; init; }

    [Description("Generations, also those that have not ended.")]
    public required long Generations { get; init; }

    [Description("Those that were answered.")]
    public required long Completed { get; init; }

    [Description("Those that failed, refused ones included.")]
    public required long Failed { get; init; }

    [Description("Those that were cancelled.")]
    public required long Cancelled { get; init; }

    [Description("Input tokens as the providers counted them, cached ones included.")]
    public required long InputTokens { get; init; }

    [Description("Input tokens that came from the providers' caches.")]
    public required long CachedTokens { get; init; }

    [Description("Output tokens, reasoning included.")]
    public required long OutputTokens { get; init; }

    [Description("Output tokens that were reasoning.")]
    public required long ReasoningTokens { get; init; }

    [Description("US dollars, of the generations whose cost is known. Absent: none is.")]
    public decimal? Cost { get; init; }

    [Description("Generations that used tokens or were answered, and whose cost is not known: the cost lacks theirs.")]
    public required long WithoutPrice { get; init; }

    public static UsageRowView Of(IReadOnlyList<UsageGroup> groups, UsageRow row)
    {
        var keys = groups.Zip(row.Keys).ToDictionary(key => key.First, key => key.Second);
        return new()
        {
            Hour = keys.GetValueOrDefault(UsageGroup.Hour),
            Day = keys.GetValueOrDefault(UsageGroup.Day),
            Month = keys.GetValueOrDefault(UsageGroup.Month),
            Tenant = keys.GetValueOrDefault(UsageGroup.Tenant),
            Provider = keys.GetValueOrDefault(UsageGroup.Provider),
            Model = keys.GetValueOrDefault(UsageGroup.Model),
            Session = keys.GetValueOrDefault(UsageGroup.Session),
            Channel = keys.GetValueOrDefault(UsageGroup.Channel),
            Class = keys.GetValueOrDefault(UsageGroup.Class),
            State = keys.GetValueOrDefault(UsageGroup.State),
            Generations = row.Generations,
            Completed = row.Completed,
            Failed = row.Failed,
            Cancelled = row.Cancelled,
            InputTokens = row.InputTokens,
            CachedTokens = row.CachedTokens,
            OutputTokens = row.OutputTokens,
            ReasoningTokens = row.ReasoningTokens,
            Cost = row.Cost,
            WithoutPrice = row.WithoutPrice,
        };
    }
}
