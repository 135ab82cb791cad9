using Millrace.Providers.Adapters;
using Millrace.Providers.Kinds;
using Millrace.Providers.Models;
using Millrace.Providers.Options;

namespace Millrace.Providers.Ollama;

/// <summary>Ollama's own chat, newline-delimited JSON.</summary>
internal sealed class OllamaKind : ProviderKind
{
    private const string HostVariable = "OLLAMA_HOST";

    /// <summary>
    /// The least that a server of Ollama sets up: its context is what it was started with (num_ctx), not what the model could do, it cannot
    /// be asked before the model is loaded, and what is too long for it loses its beginning without a word. Larger only when configured.
    /// </summary>
    private const int ContextTokens = 4096;

    private static readonly Uri Local = new("http://localhost:11434");

    public override string Name => "Ollama";

    public override Uri OfficialEndpoint => Local;

    public override string ProbePath => "api/tags";

    public override bool IsPresent(IConfiguration configuration) => configuration[HostVariable] is { Length: > 0 };

    public override Uri? FindEndpoint(IConfiguration configuration) => OllamaHost.Parse(configuration[HostVariable]);

    public override ModelLimits LimitsOf(ModelLimits? known, int defaultContext)
    {
        if (known is null) return ModelLimits.Unknown(ContextTokens);
        return known with
        {
            ContextTokens = Math.Min(known.ContextTokens, ContextTokens),
            MaxOutputTokens = null,
            Known = false,
        };
    }

    /// <summary>The wire has pictures as base64 only; the server holds any model to a grammar.</summary>
    public override ModelAbilities Serve(ModelAbilities abilities) =>
        abilities with { ImageUrls = false, JsonMode = true, JsonSchema = true };

    public override IProviderAdapter CreateAdapter(ProviderOptions options, HttpClient http, TimeProvider time) =>
        new OllamaAdapter(options, http);
}
