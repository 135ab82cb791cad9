using System.Collections.Frozen;
using Millrace.Providers.Adapters;
using Millrace.Providers.Kinds;
using Millrace.Providers.Options;

namespace Millrace.Providers.OpenAI;

/// <summary>OpenAI's chat completions, at OpenAI or at any server that speaks the same.</summary>
internal sealed class OpenAIKind : ProviderKind
{
    private static readonly Uri Official = new("https://api.openai.com/v1");

    public override string Name => "OpenAI";

    public override Uri OfficialEndpoint => Official;

    public override bool IsSpokenElsewhere => true;

    public override string KeyVariable => "OPENAI_API_KEY";

    public override string ProbePath => "models";

    public override WireHeaders Headers { get; } = new()
    {
        Lists = ["OpenAI-Beta"],
        Variables = new Dictionary<string, string>
        {
            ["OpenAI-Organization"] = "OPENAI_ORG_ID",
            ["OpenAI-Project"] = "OPENAI_PROJECT_ID",
        }.ToFrozenDictionary(),
    };

    public override Uri? FindEndpoint(IConfiguration configuration) => Address(configuration["OPENAI_BASE_URL"]);

    public override IProviderAdapter CreateAdapter(ProviderOptions options, HttpClient http, TimeProvider time)
    {
        var isOpenAI = options.Endpoint!.Host == Official.Host;
        return new OpenAIAdapter(options, http, isOpenAI ? OpenAIFeatures.OpenAI : OpenAIFeatures.Compatible);
    }
}
