using Microsoft.Extensions.Options;
using Millrace.Providers.Models;

namespace Millrace.Providers.Registry;

/// <summary>The rules for <c>Millrace:Models</c> and the default beside it; each message names the entry and what to change.</summary>
public sealed class ModelSettingsValidation : IValidateOptions<ModelOptions>
{
    private const int MostTokens = 100_000_000;

    public ValidateOptionsResult Validate(string? name, ModelOptions options)
    {
        var faults = Tokens("Millrace:DefaultContextTokens", options.DefaultContextTokens)
            .Concat(options.Models.SelectMany(Faults))
            .Concat(Doubles(options.Models))
            .ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static IEnumerable<string> Faults(ModelSetting setting, int index)
    {
        var section = Section(index);
        if (string.IsNullOrWhiteSpace(setting.Name))
        {
            yield return $"{section}:Name is empty; give the model, or provider/model, with a * at its end for every name that begins so.";
            yield break;
        }

        var star = setting.Name.IndexOf('*');
        if (star >= 0 && star < setting.Name.Length - 1)
            yield return $"{section}:Name is '{setting.Name}'; a * may only be its last character.";
        if (SaysNothing(setting))
            yield return $"{section} ('{setting.Name}') says nothing; "
                + "set one or more of ContextTokens, MaxOutputTokens, Vision, Tools and prices, or remove it.";
        var isOneWithoutTheOther = setting.InputPrice is null != setting.OutputPrice is null;
        var isCachedAlone = setting.CachedPrice is not null && setting.InputPrice is null;
        if (isOneWithoutTheOther || isCachedAlone)
            yield return $"{section} ('{setting.Name}') has only a part of its prices; set InputPrice and OutputPrice, and CachedPrice if it has one.";
        if (setting.InputPrice < 0 || setting.CachedPrice < 0 || setting.OutputPrice < 0)
            yield return $"{section} ('{setting.Name}') has a price below 0; prices are US dollars for a million tokens.";
        foreach (var fault in Tokens($"{section}:ContextTokens", setting.ContextTokens)) yield return fault;
        foreach (var fault in Tokens($"{section}:MaxOutputTokens", setting.MaxOutputTokens)) yield return fault;
        if (setting.MaxOutputTokens >= setting.ContextTokens)
            yield return $"{section}:MaxOutputTokens is {setting.MaxOutputTokens}; "
                + $"it must be less than its ContextTokens ({setting.ContextTokens}), which hold input and output.";
    }

    private static bool SaysNothing(ModelSetting setting)
    {
        var saysTokens = setting.ContextTokens is not null || setting.MaxOutputTokens is not null;
        var saysAbilities = setting.Vision is not null || setting.Tools is not null;
        var saysPrices = setting.InputPrice is not null || setting.CachedPrice is not null || setting.OutputPrice is not null;
        return !saysTokens && !saysAbilities && !saysPrices;
    }

    private static IEnumerable<string> Doubles(IEnumerable<ModelSetting> settings) =>
        from setting in settings.Select((setting, index) => (Name: setting.Name?.ToLowerInvariant(), Index: index))
        where !string.IsNullOrWhiteSpace(setting.Name)
        group setting.Index by setting.Name into same
        where same.Count() > 1
        select $"{string.Join(" and ", same.Select(Section))} have the same Name '{same.Key}'; keep one of them.";

    private static IEnumerable<string> Tokens(string name, int? value)
    {
        if (value is < 1 or > MostTokens) yield return $"{name} is {value}; it must be between 1 and {MostTokens}.";
    }

    private static string Section(int index) => $"Millrace:Models:{index}";
}
