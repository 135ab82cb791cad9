using Microsoft.Extensions.Options;
using Millrace.Contracts;
using Millrace.Engine.Settings;
using Millrace.Persistence.Generations;
using Millrace.Providers.Failures;
using Millrace.Providers.Models;
using Millrace.Providers.Registry;

namespace Millrace.Engine.Dispatch;

/// <summary>The candidates of a request: its own provider and model, then its fallbacks.</summary>
public sealed class Candidates(ProviderRegistry providers, IOptions<MillraceOptions> options)
{
    /// <summary>The candidate by number, or throws a <see cref="ProviderException"/> that names what is not configured.</summary>
    public (Candidate Candidate, Provider Provider) Resolve(GenerateRequested request, int number)
    {
        var choice = number == 0 ? Choose(request.Provider, request.Model) : ChooseFallback(request.Fallbacks![number - 1]);
        if (!choice.Found) throw new ProviderException(choice.Reason.Value, choice.Problem);
        var lane = Lane.NameOf(choice.Provider.Name, request.Class);
        return (new Candidate(number, choice.Provider.Name, choice.Model, lane), choice.Provider);
    }

    /// <summary>Throws when one of the candidates is not configured.</summary>
    public void Check(GenerateRequested request)
    {
        for (var number = 0; number <= FallbacksOf(request); number++) Resolve(request, number);
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
        providers.All.Where(provider => provider.Kind != ProviderKind.Simulated).Select(provider => provider.Name).ToList() switch
        {
            [] => "simulated",
            [var only] => only,
            _ => null,
        };
}
