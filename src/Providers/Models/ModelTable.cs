using Microsoft.Extensions.Options;

namespace Millrace.Providers.Models;

/// <summary>What each model may hold and can do: as configured, else as known, else a default. Any thread.</summary>
public sealed class ModelTable(IOptions<ModelOptions> options)
{
    /// <summary>The simulated provider has no limit; this one makes long sessions behave as they do elsewhere.</summary>
    private const int SimulatedContextTokens = 128_000;

    /// <summary>
    /// The least that a server of Ollama sets up: its context is what it was started with (num_ctx), not what the model could do, it cannot
    /// be asked before the model is loaded, and what is too long for it loses its beginning without a word. Larger only when configured.
    /// </summary>
    private const int OllamaContextTokens = 4096;

    /// <summary>For a tokenizer nobody knows: between the open models' (1.2 in the table) and the largest (1.6).</summary>
    private const double UnknownTokenRatio = 1.4;

    private readonly IReadOnlyList<(ModelName Name, ModelSetting Setting)> configured = ModelName.Sort(
        options.Value.Models.Select(setting => (Name: ModelName.Parse(setting.Name!), setting)), entry => entry.Name);

    /// <param name="provider">The provider's name, as configured.</param>
    /// <param name="kind">Its kind.</param>
    /// <param name="model">The model's name at the provider.</param>
    public ModelLimits Find(string provider, ProviderKind kind, string model)
    {
        var limits = Configured(provider, kind, model);
        return limits with { Abilities = Served(kind, limits.Abilities) };
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

    /// <summary>What does not depend on the model but on who serves it.</summary>
    private static ModelAbilities Served(ProviderKind kind, ModelAbilities abilities) => kind switch
    {
        // It reads past pictures, so that everything can be tried without a model, and refuses JSON by itself
        ProviderKind.Simulated => new()
        {
            Vision = abilities.Vision ?? true,
            ImageUrls = abilities.Vision ?? true,
            Tools = abilities.Tools ?? true,
            JsonMode = false,
            JsonSchema = false,
        },
        // Its wire has images as base64 only; its server holds any model to a grammar
        ProviderKind.Ollama => abilities with { ImageUrls = false, JsonMode = true, JsonSchema = true },
        // Its wire has schemas and no mode without one
        ProviderKind.Anthropic => abilities with { ImageUrls = abilities.Vision, JsonMode = false },
        _ => abilities with { ImageUrls = abilities.Vision },
    };

    private ModelLimits Usual(ProviderKind kind, string model) => (kind, KnownModels.Find(model)?.Limits) switch
    {
        (ProviderKind.Simulated, _) => new(SimulatedContextTokens, null, Known: true) { Listed = true },
        (ProviderKind.Ollama, { } known) => known with { ContextTokens = Math.Min(known.ContextTokens, OllamaContextTokens), MaxOutputTokens = null, Known = false },
        (ProviderKind.Ollama, null) => Unknown(OllamaContextTokens),
        (_, { } known) => known,
        _ => Unknown(options.Value.DefaultContextTokens),
    };

    private static ModelLimits Unknown(int context) => new(context, null, Known: false) { TokenRatio = UnknownTokenRatio };
}
