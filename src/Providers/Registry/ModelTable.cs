using Microsoft.Extensions.Options;
using Millrace.Providers.Kinds;
using Millrace.Providers.Models;

namespace Millrace.Providers.Registry;

/// <summary>What each model may hold and can do: as configured, else as known, else a default. Any thread.</summary>
public sealed class ModelTable(IOptions<ModelOptions> options)
{
    private readonly IReadOnlyList<(ModelName Name, ModelSetting Setting)> configured = ModelName.Sort(
        options.Value.Models.Select(setting => (Name: ModelName.Parse(setting.Name!), setting)), entry => entry.Name);

    /// <param name="provider">The provider's name, as configured.</param>
    /// <param name="kind">Its kind.</param>
    /// <param name="model">The model's name at the provider.</param>
    public ModelLimits Find(string provider, ProviderKind kind, string model)
    {
        var limits = Configured(provider, kind, model);
        return limits with { Abilities = kind.Serve(limits.Abilities) };
    }

    private ModelLimits Configured(string provider, ProviderKind kind, string model)
    {
        var usual = Usual(kind, model);
        var qualified = $"{provider}/{model}";
        foreach (var (name, setting) in configured)
        {
            if (name.Matches(model) || name.Matches(qualified)) return Override(usual, setting);
        }

        return usual;
    }

    private static ModelLimits Override(ModelLimits usual, ModelSetting setting)
    {
        var context = setting.ContextTokens ?? usual.ContextTokens;
        return usual with
        {
            ContextTokens = context,
            // A figure that was known for another context may be out of place in this one
            MaxOutputTokens = setting.MaxOutputTokens ?? (usual.MaxOutputTokens <= context ? usual.MaxOutputTokens : null),
            MaxInputTokens = setting.ContextTokens is null ? usual.MaxInputTokens : null,
            Known = usual.Known || setting.ContextTokens is not null,
            Abilities = usual.Abilities with
            {
                Vision = setting.Vision ?? usual.Abilities.Vision,
                Tools = setting.Tools ?? usual.Abilities.Tools,
            },
            Listed = true,
        };
    }

    private ModelLimits Usual(ProviderKind kind, string model) =>
        kind.LimitsOf(KnownModels.Find(model)?.Limits, options.Value.DefaultContextTokens);
}
