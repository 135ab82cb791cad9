using Microsoft.Extensions.Options;
using Millrace.Engine.Requests;
using Millrace.Engine.Settings;

namespace Millrace.Engine.Composition;

/// <summary>Says which setting is out of its range, what it is, and what it may be.</summary>
internal sealed class MillraceOptionsValidation : IValidateOptions<MillraceOptions>
{
    public ValidateOptionsResult Validate(string? name, MillraceOptions options)
    {
        var faults = Faults(options).ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static IEnumerable<string> Faults(MillraceOptions o) =>
    [
        .. Number(nameof(o.MaxRequestBytes), o.MaxRequestBytes, 1024, 16 * 1024 * 1024),
        .. Number(nameof(o.MaxAttachmentBytes), o.MaxAttachmentBytes, 1, 100 * 1024 * 1024),
        .. Time(nameof(o.ContentRetention), o.ContentRetention, 86_400, double.MaxValue),
        .. Number(nameof(o.MaxOutputCharacters), o.MaxOutputCharacters, 1, 4_000_000),
        .. Time(nameof(o.HeartbeatInterval), o.HeartbeatInterval, 0.1, 10),
        .. Time(nameof(o.DeafAfter), o.DeafAfter, 1, 3600),
        .. Time(nameof(o.SweepInterval), o.SweepInterval, 0.1, 60),
        .. Time(nameof(o.DrainTime), o.DrainTime, 0, 600),
        .. Time(nameof(o.ChunkRetention), o.ChunkRetention, 60, double.MaxValue),
        .. Time("Chunks:Interval", o.Chunks.Interval, 0, 10),
        .. Number("Chunks:Size", o.Chunks.Size, 1, 65_536),
        .. Number("Chunks:EventsPerSecond", o.Chunks.EventsPerSecond, 1, 100_000),
        .. Number("Batches:MaxLines", o.Batches.MaxLines, 1, 10_000_000),
        .. Number("Batches:Window", o.Batches.Window ?? 1, 1, 100_000),
        .. Time("Batches:Interval", o.Batches.Interval, 0.02, 10),
        .. Number("Retry:MaxAttempts", o.Retry.MaxAttempts, 1, 20),
        .. Time("Retry:BaseDelay", o.Retry.BaseDelay, 0, 60),
        .. Time("Retry:MaxDelay", o.Retry.MaxDelay, 0, 3600),
        .. Time("Retry:MaxRetryAfter", o.Retry.MaxRetryAfter, 0, 86_400),
        .. Time("Retry:CircuitPatience", o.Retry.CircuitPatience, 0, 86_400),
        .. o.DeadAfter < 3 * o.HeartbeatInterval
            ? [$"Millrace:DeadAfter is {o.DeadAfter}; it must be at least three times Millrace:HeartbeatInterval ({o.HeartbeatInterval}), or a worker that is only late would be taken for dead."]
            : Array.Empty<string>(),
        .. o.Producers.Where(bound => bound.Value != MillraceOptions.EveryTenant && !RequestRules.IsTenant(bound.Value)).Select(bound =>
            $"Millrace:Producers:{bound.Key} is '{bound.Value}'; it must be a tenant, [A-Za-z0-9_.-]{{1,64}}, or * for all."),
        .. string.IsNullOrWhiteSpace(o.Database) ? ["Millrace:Database is empty; give the path of the SQLite file."] : Array.Empty<string>(),
    ];

    private static IEnumerable<string> Number(string name, int value, int least, int most)
    {
        if (value < least || value > most) yield return $"Millrace:{name} is {value}; it must be between {least} and {most}.";
    }

    private static IEnumerable<string> Time(string name, TimeSpan value, double least, double most)
    {
        if (value.TotalSeconds < least || value.TotalSeconds > most)
            yield return most < double.MaxValue
                ? $"Millrace:{name} is {value}; it must be between {TimeSpan.FromSeconds(least)} and {TimeSpan.FromSeconds(most)}."
                : $"Millrace:{name} is {value}; it must be at least {TimeSpan.FromSeconds(least)}.";
    }
}
