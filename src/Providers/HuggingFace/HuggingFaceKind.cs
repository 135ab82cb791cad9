using Millrace.Providers.Adapters;
using Millrace.Providers.Kinds;
using Millrace.Providers.OpenAI;
using Millrace.Providers.Options;

namespace Millrace.Providers.HuggingFace;

/// <summary>Hugging Face's router, which speaks chat completions.</summary>
internal sealed class HuggingFaceKind : ProviderKind
{
    /// <summary>Many servers stand behind the router, so what is not OpenAI's own is left out.</summary>
    private static readonly OpenAIFeatures Router = new() { TakesTopK = false, TakesReasoning = false };

    private static readonly Uri Official = new("https://router.huggingface.co/v1");

    public override string Name => "HuggingFace";

    public override Uri OfficialEndpoint => Official;

    public override string KeyVariable => "HF_TOKEN";

    public override string ProbePath => "models";

    public override IProviderAdapter CreateAdapter(ProviderOptions options, HttpClient http, TimeProvider time) =>
        new OpenAIAdapter(options, http, Router);
}
