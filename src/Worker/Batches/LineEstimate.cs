using Millrace.Contracts;
using Millrace.Persistence;
using Millrace.Worker.Models;
using Millrace.Worker.Prompts;
using Millrace.Worker.Providers;
using Millrace.Worker.Runs;

namespace Millrace.Worker.Batches;

/// <summary>What a line could cost: its texts counted, and the longest answer that it may get.</summary>
internal sealed class LineEstimate(Candidates candidates, ModelTable models, Prices prices)
{
    /// <summary>Billionths of a dollar; 0 for a model without a price, which no budget holds back.</summary>
    public long NanosOf(GenerateRequested request)
    {
        var (candidate, provider) = candidates.Resolve(request, 0);
        if (prices.Find(provider, candidate.Model) is not { } price) return 0;
        var limits = models.Find(provider.Name, provider.Kind, candidate.Model);
        IEnumerable<string> texts = [request.SystemPrompt ?? "", request.Prompt ?? "", .. (request.Messages ?? []).SelectMany(message => HistoryWindow.Texts(Prompt.Of(message)))];
        var input = texts.Sum(text => (long)Math.Ceiling(TokenCounter.Count(text) * limits.TokenRatio) + HistoryWindow.FrameTokens);
        var asked = OptionDefaults.Complete(request.Options, provider.Options.Options)?.MaxOutputTokens ?? HistoryWindow.DefaultOutputTokens;
        return Nanos.Of(price.Of(input, Math.Min(asked, limits.MaxOutputTokens ?? int.MaxValue)));
    }
}
