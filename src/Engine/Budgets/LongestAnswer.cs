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
        var asked = OptionDefaults.Complete(request.Options, provider.Options.Options)?.MaxOutputTokens ?? (provider.Kind is ProviderKind.Anthropic ? provider.Options.MaxOutputTokens : null);
        return Math.Min(asked ?? HistoryWindow.DefaultOutputTokens, limits.MaxOutputTokens ?? int.MaxValue);
    }
}
