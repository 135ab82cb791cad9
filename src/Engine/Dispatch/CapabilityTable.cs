using Millrace.Contracts;
using Millrace.Providers.Registry;

namespace Millrace.Engine.Dispatch;

/// <summary>What providers and models can do, out of the table that <see cref="AbilityRules"/> go by.</summary>
public sealed class CapabilityTable(ProviderRegistry providers, Candidates candidates, ModelTable models)
{
    private const int LongestName = 256;

    public CapabilitiesAnswered Answer(CapabilitiesRequested asked)
    {
        var tooLong = TooLong(nameof(asked.Provider), asked.Provider) ?? TooLong(nameof(asked.Model), asked.Model);
        if (tooLong is not null) return Refused(asked, tooLong);
        if (asked is { Provider: null, Model: null }) return Told(asked, [.. providers.All.Select(Describe)]);
        if (asked is { Provider: { } name, Model: null } && providers.Find(name) is { } provider) return Told(asked, [Describe(provider)]);

        var choice = candidates.Resolve(new GenerateRequested { GenerationId = asked.RequestId, Provider = asked.Provider, Model = asked.Model }, 0);
        return choice.Found ? Told(asked, [Describe(choice.Provider, choice.Candidate.Model)]) : Refused(asked, choice.Failure.Message);
    }

    private static CapabilitiesAnswered Told(CapabilitiesRequested asked, List<ModelCapabilities> models) => new() { RequestId = asked.RequestId, Models = models };

    private static CapabilitiesAnswered Refused(CapabilitiesRequested asked, string problem) => new() { RequestId = asked.RequestId, Problem = problem };

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

    private static string? TooLong(string field, string? name) =>
        name?.Length > LongestName ? $"{field} has {name.Length} characters; at most {LongestName} are allowed." : null;
}
