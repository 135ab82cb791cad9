using Microsoft.Extensions.Options;
using Millrace.Engine.Settings;

namespace Millrace.Engine.Limits;

/// <summary>Which budgets a call draws on, by the settings. Any thread.</summary>
public sealed class LimitRules(IOptions<MillraceOptions> options, CallAverages averages)
{
    private readonly LimitRule[] rules = [.. options.Value.Limits.Select(setting => new LimitRule(setting))];

    /// <summary>In the order of the settings; none where nothing is limited.</summary>
    public IReadOnlyList<Allowance> Of(string provider, string model, string tenant) =>
        rules.Length == 0 ? [] : [.. rules.Select(rule => rule.For(provider, model, tenant)).OfType<Allowance>()];

    /// <summary>
    /// How many more calls of a model may be under way or wait on a lane, so that the rules have enough to let through for a time and nothing lies there that they hold back: what
    /// is under way counts for as long as calls of the model take. Null where nothing is limited.
    /// </summary>
    /// <param name="provider">As configured.</param>
    /// <param name="model">The model.</param>
    /// <param name="tenant">Whose calls.</param>
    /// <param name="span">For how long it is to be enough.</param>
    /// <param name="under">How many there are, of this tenant alone or of all.</param>
    public long? Room(string provider, string model, string tenant, TimeSpan span, Func<bool, long> under)
    {
        long? least = null;
        var usual = averages.Of(provider, model);
        var minutes = (span + usual.Duration).TotalMinutes;
        foreach (var rule in rules)
        {
            if (rule.For(provider, model, tenant) is not { } allowed) continue;
            Narrow(allowed.RequestsPerMinute * minutes, rule.IsOfTenant);
            Narrow(allowed.TokensPerMinute * minutes / Math.Max(1, usual.Input + usual.Output), rule.IsOfTenant);
            Narrow(allowed.ConcurrentCalls * Math.Max(1, (span + usual.Duration) / usual.Duration), rule.IsOfTenant);
        }
        return least;

        void Narrow(double? calls, bool ofTenant)
        {
            if (calls is { } some) least = Math.Min(least ?? long.MaxValue, Math.Max(0, Math.Max(1, (long)Math.Ceiling(some)) - under(ofTenant)));
        }
    }
}
