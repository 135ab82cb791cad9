using Millrace.Contracts;
using Millrace.Engine.Attachments;
using Millrace.Engine.Budgets;
using Millrace.Engine.Dispatch;
using Millrace.Engine.Prompts;
using Millrace.Engine.Requests;
using Millrace.Persistence.Model;
using Millrace.Providers.Models;
using Millrace.Providers.Registry;

namespace Millrace.Engine.Batches;

/// <summary>What a line could cost: its texts and what is attached counted, and the longest answer that it may get.</summary>
internal sealed class LineEstimate(Candidates candidates, ModelTable models, Prices prices)
{
    /// <summary>Billionths of a dollar; 0 for a model without a price, which no budget holds back.</summary>
    public long NanosOf(GenerateRequested request)
    {
        var (candidate, provider) = candidates.Resolve(request, 0).Required();
        if (prices.Find(provider, candidate.Model) is not { } price) return 0;
        var limits = models.Find(provider.Name, provider.Kind, candidate.Model);
        var own = RequestMessages.Own(request);
        IEnumerable<string> texts =
        [
            request.SystemPrompt ?? "", .. own.SelectMany(HistoryWindow.Texts),
            .. (request.CallerTools ?? []).Select(tool => $"{tool.Name} {tool.Description} {tool.Parameters}"),
        ];
        var input = texts.Sum(text => HistoryWindow.Tokens(text, limits, TokenCounter.Count))
            + own.Sum(message => AttachmentTokens.Of(message.Attachments, limits, TokenCounter.Count));
        return Nanos.Of(price.Of(input, LongestAnswer.Of(request, provider, limits)));
    }
}
