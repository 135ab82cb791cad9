using Microsoft.Extensions.Options;
using Millrace.Contracts;
using Millrace.Engine.Settings;
using Millrace.Persistence.Generations;
using Millrace.Providers.Failures;
using Millrace.Providers.Registry;

namespace Millrace.Engine.Dispatch;

/// <summary>The candidates of a request: its own provider and model, then its fallbacks.</summary>
public sealed class Candidates(ProviderRegistry providers, IOptions<MillraceOptions> options)
{
    /// <summary>The candidate by number, or what is not configured.</summary>
    public ResolvedCandidate Resolve(GenerateRequested request, int number)
    {
        var choice = number == 0 ? Choose(request.Provider, request.Model) : ChooseFallback(request.Fallbacks![number - 1]);
        if (!choice.Found) return new(new Failure(choice.Reason.Value, choice.Problem));
        var lane = Lane.NameOf(choice.Provider.Name, request.Class);
        return new(new Candidate(number, choice.Provider.Name, choice.Model, lane), choice.Provider);
    }

    /// <summary>The first candidate, when all of them are configured, else the first that is not.</summary>
    public ResolvedCandidate ResolveAll(GenerateRequested request)
    {
        var first = Resolve(request, 0);
        if (!first.Found) return first;
        for (var number = 1; number <= FallbacksOf(request); number++)
        {
            var fallback = Resolve(request, number);
            if (!fallback.Found) return fallback;
        }
        return first;
    }

    /// <summary>True for <c>provider/model</c> with a configured provider.</summary>
    public bool NamesProvider(string model) => providers.FindPrefix(model) is not null;

    /// <summary>How many fallbacks there are.</summary>
    public static int FallbacksOf(GenerateRequested request) => request.Fallbacks?.Count ?? 0;

    /// <summary>A fallback is a provider's name, or <c>provider/model</c>.</summary>
    private ProviderChoice ChooseFallback(string fallback) =>
        providers.Find(fallback) is not null ? Choose(fallback, null) : Choose(null, fallback);

    private ProviderChoice Choose(string? provider, string? model) =>
        providers.Resolve(provider, model, options.Value.DefaultProvider ?? Meant());

    /// <summary>Without a setting: the one real provider that is set up; <c>simulated</c> when there is none; nobody when there are several.</summary>
    private string? Meant() =>
        providers.All.Where(provider => !provider.Kind.IsStandIn).Select(provider => provider.Name).ToList() switch
        {
            [] => "simulated",
            [var only] => only,
            _ => null,
        };
}
