using Microsoft.Extensions.AI;
using Millrace.Engine.Prompts;
using Millrace.Engine.Runs;
using Millrace.Persistence.Generations;
using Millrace.Providers.Models;
using Millrace.Providers.Registry;

namespace Millrace.Engine.Budgets;

/// <summary>What a call could cost, before it is made: its prompt counted here, and the longest answer that it may get.</summary>
public sealed class CallEstimate(ModelTable models, Prices prices)
{
    /// <summary>US dollars, or null where the model's price is not known.</summary>
    public decimal? Of(Run run, Candidate candidate, Provider provider, IReadOnlyList<ChatMessage> prompt)
    {
        if (prices.Find(provider, candidate.Model) is not { } price) return null;
        if (price == Price.Free) return 0;
        var limits = models.Find(provider.Name, provider.Kind, candidate.Model);
        return price.Of(PromptTokens.Of(prompt, OfferedTools.Of(run), limits) + HistoryWindow.FrameTokens, LongestAnswer.Of(run.Request, provider, limits));
    }
}
