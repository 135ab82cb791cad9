using Microsoft.Extensions.AI;
using Microsoft.Extensions.Options;
using Millrace.Contracts;
using Millrace.Persistence;
using Millrace.Worker.Hosting;
using Millrace.Worker.Models;
using Millrace.Worker.Providers;

namespace Millrace.Worker.Runs;

/// <summary>One provider call: what the model streams becomes pieces as it arrives.</summary>
internal sealed class ProviderStep(AbilityRules abilities, IOptions<MillraceOptions> options)
{
    /// <summary>Streams to the end, or throws a <see cref="ProviderException"/>.</summary>
    public async Task<Answer> RunAsync(Run run, Candidate candidate, Provider provider, IReadOnlyList<ChatMessage> prompt)
    {
        run.BeginAttempt();
        abilities.Check(provider, candidate.Model, Needs.Of(prompt, run.Request.Tools is { Count: > 0 }));
        var call = provider.Stream(run.Request.Options, candidate.Model, prompt, run.Stopping);
        ChatFinishReason? finish = null;
        var model = candidate.Model;
        await foreach (var update in call)
        {
            foreach (var content in update.Contents) Take(run, content, provider.Name);
            finish = update.FinishReason ?? finish;
            if (!string.IsNullOrEmpty(update.ModelId)) model = update.ModelId;
        }
        return new Answer(FinishOf(finish), model, call.IgnoredOptions);
    }

    private void Take(Run run, AIContent content, string provider)
    {
        switch (content)
        {
            case TextContent { Text.Length: > 0 } text:
                run.MarkFirstPiece();
                Count(run, text.Text, provider);
                run.Text.Append(text.Text);
                run.Chunks.Add(ChunkKind.Text, text.Text);
                break;
            case TextReasoningContent { Text.Length: > 0 } reasoning:
                run.MarkFirstPiece();
                Count(run, reasoning.Text, provider);
                run.Chunks.Add(ChunkKind.Reasoning, reasoning.Text);
                break;
            case UsageContent usage:
                run.Usage = UsageOf(usage.Details);
                break;
        }
    }

    /// <summary>Reasoning counts: it is held and stored like the answer.</summary>
    private void Count(Run run, string text, string provider)
    {
        run.Produced += text.Length;
        if (run.Produced > options.Value.MaxOutputCharacters)
            throw new ProviderException(FailureReason.OutputLimitExceeded,
                $"The answer of '{provider}' grew past {options.Value.MaxOutputCharacters} characters (Millrace:MaxOutputCharacters).");
    }

    private static TokenUsage UsageOf(UsageDetails details) => new()
    {
        Input = details.InputTokenCount,
        Cached = details.CachedInputTokenCount,
        Output = details.OutputTokenCount,
        Reasoning = details.ReasoningTokenCount,
    };

    private static FinishReason FinishOf(ChatFinishReason? reason) =>
        reason == ChatFinishReason.Length ? FinishReason.Length
        : reason == ChatFinishReason.ContentFilter ? FinishReason.ContentFilter
        : reason == ChatFinishReason.ToolCalls ? FinishReason.ToolCalls
        : FinishReason.Stop;
}
