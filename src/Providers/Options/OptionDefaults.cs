using Millrace.Contracts;

namespace Millrace.Providers.Options;

/// <summary>Options that are not set are taken from the next who has them: the request, its session, the provider's configuration.</summary>
public static class OptionDefaults
{
    public static GenerationOptions? Complete(GenerationOptions? own, GenerationOptions? others) =>
        own is null || others is null ? own ?? others : new()
        {
            Temperature = own.Temperature ?? others.Temperature,
            TopP = own.TopP ?? others.TopP,
            TopK = own.TopK ?? others.TopK,
            MaxOutputTokens = own.MaxOutputTokens ?? others.MaxOutputTokens,
            Stop = own.Stop ?? others.Stop,
            Seed = own.Seed ?? others.Seed,
            FrequencyPenalty = own.FrequencyPenalty ?? others.FrequencyPenalty,
            PresencePenalty = own.PresencePenalty ?? others.PresencePenalty,
            // The two say one thing together: one that asks for text does not get another's schema
            ResponseFormat = own.ResponseFormat ?? (own.JsonSchema is null ? others.ResponseFormat : null),
            JsonSchema = own.JsonSchema ?? (own.ResponseFormat is null ? others.JsonSchema : null),
            MaxCorrections = own.MaxCorrections ?? others.MaxCorrections,
            ReasoningEffort = own.ReasoningEffort ?? others.ReasoningEffort,
            Verbosity = own.Verbosity ?? others.Verbosity,
            ToolChoice = own.ToolChoice ?? others.ToolChoice,
            ParallelToolCalls = own.ParallelToolCalls ?? others.ParallelToolCalls,
        };
}
