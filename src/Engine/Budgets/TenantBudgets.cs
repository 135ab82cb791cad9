using System.Globalization;
using Microsoft.Extensions.Options;
using Millrace.Engine.Settings;
using Millrace.Persistence.Budgets;
using Millrace.Persistence.Model;

namespace Millrace.Engine.Budgets;

/// <summary>Which budget a tenant's calls count against. Any thread.</summary>
public sealed class TenantBudgets(IOptions<MillraceOptions> options)
{
    private readonly Dictionary<string, TenantSetting> settings = options.Value.Tenants.ToDictionary(setting => setting.Name!, StringComparer.Ordinal);

    /// <summary>The budget for what is done at a time, or null if the tenant has none.</summary>
    public BudgetLimit? Find(string tenant, DateTimeOffset at) =>
        SettingOf(tenant) is { Budget: { } dollars } setting ? new(KeyOf(tenant, setting.BudgetPeriod, at), Nanos.Of(dollars)) : null;

    /// <summary>Its share of the bulk lanes.</summary>
    public int WeightOf(string tenant) => SettingOf(tenant)?.Weight ?? 1;

    /// <summary>A tenant's budget in words.</summary>
    public string Describe(string tenant) => SettingOf(tenant) is not { Budget: not null } setting ? "no budget" : FormattableString.Invariant($"a budget of ${setting.Budget:0.####}") + setting.BudgetPeriod switch
    {
        BudgetPeriod.Day => " a day (UTC)",
        BudgetPeriod.Month => " a month (UTC)",
        _ => "",
    };

    /// <summary>The row of a tenant's budget: another one for each period, so that a new period begins at nothing.</summary>
    public static string KeyOf(string tenant, BudgetPeriod period, DateTimeOffset at) => $"tenant/{tenant}/" + period switch
    {
        BudgetPeriod.Day => at.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        BudgetPeriod.Month => at.UtcDateTime.ToString("yyyy-MM", CultureInfo.InvariantCulture),
        _ => "total",
    };

    private TenantSetting? SettingOf(string tenant) => settings.GetValueOrDefault(tenant) ?? settings.GetValueOrDefault(TenantSetting.Any);
}
