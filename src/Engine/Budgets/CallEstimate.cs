using Millrace.Engine.Guards;
using Millrace.Engine.Prompts;
using Millrace.Providers.Models;
using Millrace.Providers.Registry;

namespace Millrace.Engine.Budgets;

/// <summary>What a call could cost, before it is made: its prompt counted here, and the longest answer that it may get.</summary>
public sealed class CallEstimate(Prices prices)
{
    /// <summary>US dollars, or null where the model's price is not known.</summary>
    public decimal? Of(PlannedCall call)
    {
        if (prices.Find(call.Provider, call.Candidate.Model) is not { } price) return null;
        if (price == Price.Free) return 0;
        var input = call.Prompt.Tokens + HistoryWindow.FrameTokens;
        return price.Of(input, LongestAnswer.Of(call.Run.Request, call.Provider, call.Prompt.Limits));
    }
}
