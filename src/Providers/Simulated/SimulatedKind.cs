using Millrace.Providers.Adapters;
using Millrace.Providers.Kinds;
using Millrace.Providers.Models;
using Millrace.Providers.Options;

namespace Millrace.Providers.Simulated;

/// <summary>No network and no model: deterministic text for demos, tests and load.</summary>
internal sealed class SimulatedKind : ProviderKind
{
    /// <summary>It has no limit; this one makes long sessions behave as they do elsewhere.</summary>
    private const int ContextTokens = 128_000;

    public override string Name => "Simulated";

    public override bool HasServer => false;

    public override bool IsStandIn => true;

    public override string UsualModel => "default";

    public override Price UsualPrice => Price.Free;

    public override bool IsPresent(IConfiguration configuration) => true;

    public override ModelLimits LimitsOf(ModelLimits? known, int defaultContext) =>
        new(ContextTokens, MaxOutputTokens: null, Known: true) { Listed = true };

    /// <summary>It reads past pictures, so that everything can be tried without a model, and refuses JSON by itself.</summary>
    public override ModelAbilities Serve(ModelAbilities abilities) => new()
    {
        Vision = abilities.Vision ?? true,
        ImageUrls = abilities.Vision ?? true,
        Tools = abilities.Tools ?? true,
        JsonMode = false,
        JsonSchema = false,
    };

    public override IProviderAdapter CreateAdapter(ProviderOptions options, HttpClient http, TimeProvider time) =>
        new SimulatedAdapter(options, time);
}
