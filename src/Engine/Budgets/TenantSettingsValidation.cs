using Microsoft.Extensions.Options;
using Millrace.Engine.Requests;
using Millrace.Engine.Settings;

namespace Millrace.Engine.Budgets;

/// <summary>The rules for <c>Millrace:Tenants</c>; each message names the entry and what to change.</summary>
internal sealed class TenantSettingsValidation : IValidateOptions<MillraceOptions>
{
    private const decimal Most = 1_000_000_000;

    public ValidateOptionsResult Validate(string? name, MillraceOptions options)
    {
        var faults = options.Tenants.SelectMany(Faults).Concat(Doubles(options.Tenants)).ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static IEnumerable<string> Faults(TenantSetting setting, int index)
    {
        if (string.IsNullOrEmpty(setting.Name))
            yield return $"{Section(index)}:Name is empty; give the tenant, or {TenantSetting.Any} for each one without an entry of its own.";
        else if (setting.Name != TenantSetting.Any && !RequestRules.IsTenant(setting.Name))
            yield return $"{Section(index)}:Name is '{setting.Name}', and no tenant is called so; it must match [A-Za-z0-9_.-]{{1,64}}, or be {TenantSetting.Any}.";
        if (setting is { Budget: null, Weight: null })
            yield return $"{Section(index)} ('{setting.Name}') has neither Budget nor Weight; give one of them, or remove the entry.";
        if (setting.Weight is < 1 or > 100)
            yield return $"{Section(index)}:Weight is {setting.Weight}; it must be between 1 and 100.";
        if (setting.Budget is < 0 or > Most)
            yield return $"{Section(index)}:Budget is {setting.Budget}; it must be between 0 and {Most} US dollars.";
        if (!Enum.IsDefined(setting.BudgetPeriod))
            yield return $"{Section(index)}:BudgetPeriod is {setting.BudgetPeriod}; it must be one of {string.Join(", ", Enum.GetNames<BudgetPeriod>())}.";
    }

    private static IEnumerable<string> Doubles(IEnumerable<TenantSetting> settings) =>
        from setting in settings.Select((setting, index) => (setting.Name, Index: index))
        where !string.IsNullOrEmpty(setting.Name)
        group setting.Index by setting.Name into same
        where same.Count() > 1
        select $"{string.Join(" and ", same.Select(Section))} have the same Name '{same.Key}'; keep one of them.";

    private static string Section(int index) => $"Millrace:Tenants:{index}";
}
