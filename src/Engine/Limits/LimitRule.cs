using Millrace.Engine.Settings;
using Millrace.Providers.Models;

namespace Millrace.Engine.Limits;

/// <summary>One entry of the settings, ready to be matched.</summary>
internal sealed class LimitRule(LimitSetting setting)
{
    private readonly ModelName? model = setting.Model is { } name ? ModelName.Parse(name) : null;

    /// <summary>It is for a tenant, one or each, and not for all together.</summary>
    public bool IsOfTenant => setting.Tenant is not null;

    /// <summary>The budget that a call draws on by this rule, or null if the rule is not for it.</summary>
    public Allowance? For(string provider, string called, string tenant)
    {
        if (!provider.Equals(setting.Provider, StringComparison.OrdinalIgnoreCase) || model?.Matches(called) == false) return null;
        var whose = setting.Tenant is "*" ? tenant : setting.Tenant;
        if (whose is not null && whose != tenant) return null;
        return new(ScopeOf(provider, whose, setting.Model, isEach: setting.Tenant is "*"), setting.RequestsPerMinute, setting.TokensPerMinute, setting.ConcurrentCalls);
    }

    /// <summary>
    /// The key of a budget's row. A provider's name and a tenant's have no bar. One tenant's share of a rule for each is not the budget of a rule that names it.
    /// </summary>
    public static string ScopeOf(string provider, string? tenant, string? model, bool isEach = false) =>
        $"{provider.ToLowerInvariant()}|{(isEach ? "*" : "")}{tenant}|{model?.ToLowerInvariant()}";
}
