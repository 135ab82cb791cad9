using Millrace.Contracts;
using Millrace.Persistence;
using Millrace.Worker.Lanes;
using Millrace.Worker.Providers;

namespace Millrace.Worker.Runs;

/// <summary>The candidates of a request: its own provider and model, then its fallbacks.</summary>
internal sealed class Candidates(ProviderRegistry providers)
{
    /// <summary>The candidate by number, or throws a <see cref="ProviderException"/> that names what is not configured.</summary>
    public (Candidate Candidate, Provider Provider) Resolve(GenerateRequested request, int number)
    {
        var (provider, model) = number == 0
            ? providers.Resolve(request.Provider, request.Model)
            : ResolveFallback(request.Fallbacks![number - 1]);
        return (new Candidate(number, provider.Name, model, Lane.NameOf(provider.Name, request.Class)), provider);
    }

    /// <summary>Throws when one of the candidates is not configured.</summary>
    public void Check(GenerateRequested request)
    {
        for (var number = 0; number <= Count(request); number++) Resolve(request, number);
    }

    /// <summary>How many fallbacks there are.</summary>
    public static int Count(GenerateRequested request) => request.Fallbacks?.Count ?? 0;

    /// <summary>A fallback is a provider's name, or <c>provider/model</c>.</summary>
    private (Provider Provider, string Model) ResolveFallback(string fallback) =>
        providers.Find(fallback) is { } provider ? providers.Resolve(provider.Name, null) : providers.Resolve(null, fallback);
}
