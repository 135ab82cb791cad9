using Millrace.Contracts;

namespace Millrace.Dialects.OpenAI;

/// <summary>A chat as a request to the fleet. What would change the answer and cannot be done is refused; what only tunes OpenAI's own service is passed over.</summary>
public static class ChatMapping
{
    public static GenerateRequested ToRequest(ChatRequest asked, Guid id)
    {
        Check(asked);
        var (format, schema) = Sampling.Format(asked.ResponseFormat, "response_format");
        var choice = ToolChoice.Read(asked.ToolChoice);
        var tools = choice.Of(FunctionTools.Read(asked.Tools));
        return FleetOptions.Apply(new GenerateRequested
        {
            GenerationId = id,
            Messages = ChatMessages.Read(asked.Messages),
            Model = asked.Model,
            CallerTools = tools,
            Metadata = asked.Metadata is { Count: > 0 } ? asked.Metadata : null,
            Options = new()
            {
                Temperature = asked.Temperature,
                TopP = asked.TopP,
                MaxOutputTokens = asked.MaxCompletionTokens ?? asked.MaxTokens,
                Stop = Sampling.Stops(asked.Stop),
                Seed = asked.Seed,
                PresencePenalty = asked.PresencePenalty,
                FrequencyPenalty = asked.FrequencyPenalty,
                ResponseFormat = format,
                JsonSchema = schema,
                MaxCorrections = asked.Stream == true && (format is not null || schema is not null) ? 0 : null, // what has been streamed cannot be corrected
                ReasoningEffort = Sampling.Effort(asked.ReasoningEffort, "reasoning_effort"),
                Verbosity = Sampling.Wordiness(asked.Verbosity, "verbosity"),
                ToolChoice = choice.Allowed is null ? choice.Mode : choice.ModeFor(tools, asked.Millrace),
                ParallelToolCalls = asked.ParallelToolCalls,
            },
        }, asked.Millrace);
    }

    private static void Check(ChatRequest asked)
    {
        if (string.IsNullOrEmpty(asked.Model)) throw OpenAIFaults.Missing("model");
        if (asked.N is not (null or 1)) throw OpenAIFaults.Unsupported("n", $"'n' is {asked.N}; only 1 is possible. Send the request several times instead.");
        if (asked.Logprobs == true) throw OpenAIFaults.Unsupported("logprobs", "Log probabilities are not available here.");
        if (asked.LogitBias is { ValueKind: System.Text.Json.JsonValueKind.Object } bias && bias.EnumerateObject().Any())
            throw OpenAIFaults.Unsupported("logit_bias", "'logit_bias' is not available here.");
        if (asked.Functions is { Count: > 0 }) throw OpenAIFaults.Unsupported("functions", "'functions' is outdated; use 'tools'.");
        if (asked.Modalities?.FirstOrDefault(kind => kind != "text") is { } kind) throw OpenAIFaults.Unsupported("modalities", $"Only text is produced here, no {kind}.");
    }
}
