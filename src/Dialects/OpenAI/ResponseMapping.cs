using System.Text.Json;
using Millrace.Contracts;

namespace Millrace.Dialects.OpenAI;

/// <summary>A response's request as one to the fleet: the conversation before it, then its own input.</summary>
public static class ResponseMapping
{
    private const int LeastOutputTokens = 16;
    private const string SealedReasoning = "reasoning.encrypted_content";

    /// <param name="asked">What was asked for.</param>
    /// <param name="earlier">The conversation up to the response that it goes on from.</param>
    /// <param name="id">The generation's id.</param>
    /// <param name="others">What becomes of tools that are not here.</param>
    public static GenerateRequested ToRequest(ResponseRequest asked, IReadOnlyList<PromptMessage> earlier, Guid id, BuiltInTools others = BuiltInTools.PassOver)
    {
        Check(asked);
        var tools = AskedTools.Read(asked.Tools, others);
        var choice = ToolChoice.Read(asked.ToolChoice);
        var offered = choice.Of(tools.Tools);
        IReadOnlyList<PromptMessage> messages = [.. earlier, .. ResponseInput.Read(asked.Input)];
        if (messages.Count == 0) throw OpenAIFaults.Missing("input");
        var (format, schema) = Sampling.Format(asked.Text?.Format, "text.format");
        return FleetOptions.Apply(new GenerateRequested
        {
            GenerationId = id,
            Messages = messages,
            SystemPrompt = asked.Instructions,
            Model = asked.Model,
            CallerTools = offered,
            Metadata = asked.Metadata is { Count: > 0 } ? asked.Metadata : null,
            Origin = Origin(asked, tools, earlier.Count).ToJson(),
            Options = new()
            {
                Temperature = asked.Temperature,
                TopP = asked.TopP,
                MaxOutputTokens = asked.MaxOutputTokens,
                ResponseFormat = format,
                JsonSchema = schema,
                ReasoningEffort = Sampling.Effort(asked.Reasoning?.Effort, "reasoning.effort"),
                Verbosity = Sampling.Wordiness(asked.Text?.Verbosity, "text.verbosity"),
                ToolChoice = tools.IsEmpty ? choice.Mode : choice.ModeFor(offered, asked.Millrace),
                ParallelToolCalls = asked.ParallelToolCalls,
            },
        }, asked.Millrace);
    }

    private static ResponseOrigin Origin(ResponseRequest asked, AskedTools tools, int earlier) => new()
    {
        MadeBy = ResponseOrigin.Face,
        Model = asked.Model,
        Background = asked.Background == true,
        Store = asked.Store != false,
        PreviousResponseId = asked.PreviousResponseId,
        Truncation = asked.Truncation,
        User = asked.User,
        ReasoningSummary = asked.Reasoning?.Summary ?? asked.Reasoning?.GenerateSummary,
        SealsReasoning = asked.Include?.Contains(SealedReasoning) == true,
        CustomTools = tools.Custom,
        ToolGroups = tools.Groups,
        FormatName = asked.Text?.Format is { ValueKind: JsonValueKind.Object } format ? Json.Text(format, "name") : null,
        Earlier = earlier,
    };

    private static void Check(ResponseRequest asked)
    {
        if (string.IsNullOrEmpty(asked.Model)) throw OpenAIFaults.Missing("model");
        if (asked.MaxOutputTokens < LeastOutputTokens)
            throw OpenAIFaults.Invalid("max_output_tokens", $"'max_output_tokens' is {asked.MaxOutputTokens}; it must be at least {LeastOutputTokens}.");
        if (Json.IsGiven(asked.Conversation)) throw OpenAIFaults.Unsupported("conversation", "There are no conversations here; go on with 'previous_response_id', or name a session in 'millrace.session_id'.");
        if (Json.IsGiven(asked.Prompt)) throw OpenAIFaults.Unsupported("prompt", "There are no stored prompts here; send 'instructions' and 'input'.");
        if (asked is { Background: true, Store: false }) throw OpenAIFaults.Invalid("background", "A background response is fetched later, so it must be stored: leave 'store' out or set it to true.");
    }
}
