using System.Collections.Frozen;
using Millrace.Providers.Adapters;
using Millrace.Providers.Kinds;
using Millrace.Providers.Models;
using Millrace.Providers.Options;

namespace Millrace.Providers.Anthropic;

/// <summary>Anthropic's messages.</summary>
internal sealed class AnthropicKind : ProviderKind
{
    private static readonly Uri Official = new("https://api.anthropic.com");

    public override string Name => "Anthropic";

    public override Uri OfficialEndpoint => Official;

    public override string KeyVariable => "ANTHROPIC_API_KEY";

    public override string ProbePath => "v1/models";

    public override bool RequiresOutputLimit => true;

    public override bool RequiresToolsOfHistory => true;

    public override WireHeaders Headers { get; } = new()
    {
        Key = "x-api-key",
        KeyPrefix = "",
        Lists = ["anthropic-beta"],
        Probe = new Dictionary<string, string> { ["anthropic-version"] = "2023-06-01" }.ToFrozenDictionary(),
    };

    public override Uri? FindEndpoint(IConfiguration configuration) => Address(configuration["ANTHROPIC_BASE_URL"]);

    /// <summary>The wire has schemas, and no JSON mode without one.</summary>
    public override ModelAbilities Serve(ModelAbilities abilities) => abilities with { ImageUrls = abilities.Vision, JsonMode = false };

    public override IProviderAdapter CreateAdapter(ProviderOptions options, HttpClient http, TimeProvider time) =>
        new AnthropicAdapter(options, http);
}
