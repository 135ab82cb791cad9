using Millrace.Contracts;
using Millrace.Engine.Prompts;
using Millrace.Providers.Models;
using Millrace.Providers.Options;
using Millrace.Providers.Registry;

namespace Millrace.Engine.Budgets;

/// <summary>How long an answer may get, in tokens.</summary>
internal static class LongestAnswer
{
    /// <summary>What is sent as the limit, else a default: a model that is not limited may say more, and cost more.</summary>
    public static long Of(GenerateRequested request, Provider provider, ModelLimits limits)
    {
        var options = OptionDefaults.Complete(request.Options, provider.Options.Options);
        var asked = options?.MaxOutputTokens ?? provider.RequiredOutputLimit;
        return Math.Min(asked ?? HistoryWindow.DefaultOutputTokens, limits.MaxOutputTokens ?? int.MaxValue);
    }
}
