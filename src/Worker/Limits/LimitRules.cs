using Microsoft.Extensions.Options;
using Millrace.Worker.Hosting;

namespace Millrace.Worker.Limits;

/// <summary>Which budgets a call draws on, by the settings. Any thread.</summary>
internal sealed class LimitRules(IOptions<MillraceOptions> options, CallAverages averages)
{
    private readonly LimitRule[] rules = [.. options.Value.Limits.Select(setting => new LimitRule(setting))];

    /// <summary>In the order of the settings; none where nothing is limited.</summary>
    public IReadOnlyList<Allowance> Of(string provider, string model, string tenant) =>
        rules.Length == 0 ? [] : [.. rules.Select(rule => rule.For(provider, model, tenant)).OfType<Allowance>()];

    /// <summary>
    /// How many calls the rules allow in a time, by what calls of the model have taken so far; at least one. Null where nothing is limited. Whoever puts work on a lane needs
    /// no more of it there than that.
    /// </summary>
    public long? Allowed(string provider, string model, string tenant, TimeSpan span)
    {
        long? least = null;
        var minutes = span.TotalMinutes;
        var usual = averages.Of(provider, model);
        foreach (var budget in Of(provider, model, tenant))
        {
            Narrow(budget.RequestsPerMinute * minutes);
            Narrow(budget.TokensPerMinute * minutes / Math.Max(1, usual.Input + usual.Output));
            Narrow(budget.ConcurrentCalls * Math.Max(1, span / usual.Duration));
        }
        return least;

        void Narrow(double? calls)
        {
            if (calls is { } some) least = Math.Min(least ?? long.MaxValue, Math.Max(1, (long)Math.Ceiling(some)));
        }
    }
}
