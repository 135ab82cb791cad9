using Millrace.Contracts;
using Millrace.Providers.Failures;
using Millrace.Providers.Models;

namespace Millrace.Providers.Registry;

/// <summary>
/// Refuses what a model is known to be unable to do, before its provider is asked: at intake for the first candidate, and for each one
/// when it is its turn.
/// </summary>
public sealed class AbilityRules(ModelTable models)
{
    /// <summary>Null, or <see cref="FailureReason.UnsupportedFeature"/>, which a fallback may mend.</summary>
    public Failure? Refusal(Provider provider, string model, Needs needs)
    {
        if (needs == new Needs(false, false, false)) return null;
        var abilities = models.Find(provider.Name, provider.Kind, model).Abilities;
        if (needs.Images && abilities.Vision is false)
            return Unable(provider, model, "does not look at pictures", "Choose a model with vision", "Vision");
        if (needs.Tools && abilities.Tools is false)
            return Unable(provider, model, "calls no tools", "Choose one that does, leave Tools out", "Tools");
        if (needs.ImageUrls && abilities.ImageUrls is false)
            return BytesOnly(provider);
        return null;
    }

    private static Failure BytesOnly(Provider provider) => new(
        FailureReason.UnsupportedFeature,
        $"Provider '{provider.Name}' takes pictures as bytes only, and an attachment has a Url. "
        + "Send its bytes, as Data or by ContentId, or choose another provider.");

    private static Failure Unable(Provider provider, string model, string what, string advice, string setting) => new(
        FailureReason.UnsupportedFeature,
        $"Model '{model}' of provider '{provider.Name}' {what}, as the table of models says. "
        + $"{advice}, or correct the table: Millrace:Models, {setting}.");
}
