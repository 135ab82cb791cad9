using Microsoft.Extensions.Options;
using Millrace.Engine.Requests;
using Millrace.Engine.Settings;
using Millrace.Providers.Registry;

namespace Millrace.Engine.Limits;

/// <summary>The rules for <c>Millrace:Limits</c>; each message names the entry and what to change.</summary>
internal sealed class LimitSettingsValidation(ProviderRegistry providers) : IValidateOptions<MillraceOptions>
{
    public ValidateOptionsResult Validate(string? name, MillraceOptions options)
    {
        var faults = options.Limits.SelectMany(Faults).Concat(Doubles(options.Limits)).ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private IEnumerable<string> Faults(LimitSetting setting, int index)
    {
        var section = Section(index);
        if (string.IsNullOrWhiteSpace(setting.Provider) || providers.Find(setting.Provider) is null)
            yield return $"{section}:Provider is '{setting.Provider}'; it must be a configured provider: {string.Join(", ", providers.All.Select(provider => provider.Name))}.";
        if (setting.Model?.IndexOf('*') is >= 0 and var star && star < setting.Model.Length - 1)
            yield return $"{section}:Model is '{setting.Model}'; a * may only be its last character.";
        if (setting.Model is not null && string.IsNullOrWhiteSpace(setting.Model))
            yield return $"{section}:Model is empty; name a model, or leave it out for all of the provider.";
        if (setting.Tenant is not (null or "*") && !RequestRules.IsTenant(setting.Tenant))
            yield return $"{section}:Tenant is '{setting.Tenant}'; it must be a tenant's name ([A-Za-z0-9_.-]{{1,64}}), or * for each tenant its own, or left out for all together.";
        if (setting is { RequestsPerMinute: null, TokensPerMinute: null, ConcurrentCalls: null })
            yield return $"{section} limits nothing; set one or more of RequestsPerMinute, TokensPerMinute and ConcurrentCalls, or remove it.";
        foreach (var fault in Number($"{section}:RequestsPerMinute", setting.RequestsPerMinute, 10_000_000)) yield return fault;
        foreach (var fault in Number($"{section}:TokensPerMinute", setting.TokensPerMinute, 2_000_000_000)) yield return fault;
        foreach (var fault in Number($"{section}:ConcurrentCalls", setting.ConcurrentCalls, 1_000_000)) yield return fault;
    }

    private static IEnumerable<string> Doubles(IEnumerable<LimitSetting> settings) =>
        from setting in settings.Select((setting, index) => (Scope: LimitRule.ScopeOf(setting.Provider ?? "", setting.Tenant, setting.Model), Index: index))
        group setting.Index by setting.Scope into same
        where same.Count() > 1
        select $"{string.Join(" and ", same.Select(Section))} are for the same Provider, Model and Tenant; keep one of them.";

    private static IEnumerable<string> Number(string name, int? value, int most)
    {
        if (value < 1 || value > most) yield return $"{name} is {value}; it must be between 1 and {most}.";
    }

    private static string Section(int index) => $"Millrace:Limits:{index}";
}
