using System.Text.Json;

namespace Millrace.Contracts;

/// <summary>
/// Sampling and form of the answer. An absent option is not sent, so the provider's own default holds. One that a provider
/// cannot take is listed in the outcome as ignored, or refused where ignoring it would change the answer's form.
/// </summary>
public sealed record GenerationOptions
{
    /// <summary>Randomness, 0 to 2 (Anthropic: 0 to 1).</summary>
    public double? Temperature { get; init; }

    /// <summary>Nucleus sampling: the probability mass to choose from, above 0 to 1.</summary>
    public double? TopP { get; init; }

    /// <summary>Sample from the K likeliest tokens, 1 or more.</summary>
    public int? TopK { get; init; }

    /// <summary>The most tokens to generate, 1 or more.</summary>
    public int? MaxOutputTokens { get; init; }

    /// <summary>Texts that end the answer, at most 16, none empty.</summary>
    public IReadOnlyList<string>? Stop { get; init; }

    /// <summary>Seed for repeatable sampling, where the provider has one.</summary>
    public long? Seed { get; init; }

    /// <summary>Penalty for tokens by their frequency so far, -2 to 2.</summary>
    public double? FrequencyPenalty { get; init; }

    /// <summary>Penalty for tokens that have appeared at all, -2 to 2.</summary>
    public double? PresencePenalty { get; init; }

    /// <summary>Plain text or JSON. Default: <see cref="Contracts.ResponseFormat.Text"/>.</summary>
    public ResponseFormat? ResponseFormat { get; init; }

    /// <summary>A JSON schema (an object) that the answer follows, at most 256 KiB and 48 levels deep; implies <see cref="Contracts.ResponseFormat.Json"/>.</summary>
    public JsonElement? JsonSchema { get; init; }

    /// <summary>
    /// How often the model is asked again, with what is wrong, when its answer is no JSON or breaks the schema, 0 to 10. Default: 2. After
    /// that the generation fails with <see cref="FailureReason.InvalidOutput"/> and the last text as its partial text.
    /// </summary>
    public int? MaxCorrections { get; init; }

    /// <summary>How much a reasoning model thinks first.</summary>
    public ReasoningEffort? ReasoningEffort { get; init; }

    /// <summary>How many words the answer makes. Servers that speak OpenAI's wire have it; others list it as ignored.</summary>
    public Verbosity? Verbosity { get; init; }

    /// <summary>
    /// <c>auto</c>, <c>none</c>, <c>required</c>, or the name of one of the request's tools. The last two hold for the first provider call: a model that
    /// had to call a tool each time would never answer. Ollama has neither, and Anthropic not while the model reasons: there they are ignored.
    /// </summary>
    public string? ToolChoice { get; init; }

    /// <summary>
    /// False: the model calls at most one tool in a step. True: it may call several. Ollama has no such thing: there it is ignored. Default: the
    /// provider's own, which is several.
    /// </summary>
    public bool? ParallelToolCalls { get; init; }
}
