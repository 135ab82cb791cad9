using Millrace.Contracts;
using Millrace.Providers.Failures;
using Millrace.Providers.Models;
using Millrace.Providers.Registry;

namespace Millrace.Engine.Dispatch;

/// <summary>What providers and models can do, out of the table that <see cref="AbilityRules"/> go by.</summary>
public sealed class CapabilityTable(ProviderRegistry providers, Candidates candidates, ModelTable models)
{
    private const int LongestName = 256;

    public CapabilitiesAnswered Answer(CapabilitiesRequested asked)
    {
        try
        {
            return new() { RequestId = asked.RequestId, Models = Find(asked) };
        }
        catch (ProviderException refusal)
        {
            return new() { RequestId = asked.RequestId, Problem = refusal.Message };
        }
    }

    private List<ModelCapabilities> Find(CapabilitiesRequested asked)
    {
        Check(nameof(asked.Provider), asked.Provider);
        Check(nameof(asked.Model), asked.Model);
        if (asked is { Provider: null, Model: null }) return [.. providers.All.Select(Describe)];
        if (asked is { Provider: { } name, Model: null } && providers.Find(name) is { } provider) return [Describe(provider)];
        var (candidate, found) = candidates.Resolve(new GenerateRequested { GenerationId = asked.RequestId, Provider = asked.Provider, Model = asked.Model }, 0);
        return [Describe(found, candidate.Model)];
    }

    private ModelCapabilities Describe(Provider provider) => Describe(provider, provider.DefaultModel);

    private ModelCapabilities Describe(Provider provider, string? model)
    {
        var limits = models.Find(provider.Name, provider.Kind, model ?? "");
        return new()
        {
            Provider = provider.Name,
            Model = model,
            Known = limits.Listed,
            Streaming = true,
            Tools = limits.Abilities.Tools,
            Vision = limits.Abilities.Vision,
            ImageUrls = limits.Abilities.ImageUrls,
            JsonMode = limits.Abilities.JsonMode,
            JsonSchema = limits.Abilities.JsonSchema,
            ContextTokens = limits.ContextTokens,
            MaxOutputTokens = limits.MaxOutputTokens,
        };
    }

    private static void Check(string field, string? name)
    {
        if (name?.Length > LongestName)
            throw new ProviderException(FailureReason.InvalidRequest, $"{field} has {name.Length} characters; at most {LongestName} are allowed.");
    }
}
