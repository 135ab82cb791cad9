using Microsoft.Extensions.AI;
using Millrace.Persistence;
using Millrace.Worker.Models;
using Millrace.Worker.Providers;
using Millrace.Worker.Runs;
using Millrace.Worker.Tools;

namespace Millrace.Worker.Budgets;

/// <summary>What a call could cost, before it is made: its prompt counted here, and the longest answer that it may get.</summary>
internal sealed class CallEstimate(ModelTable models, Prices prices)
{
    /// <summary>US dollars, or null where the model's price is not known.</summary>
    public decimal? Of(Run run, Candidate candidate, Provider provider, IReadOnlyList<ChatMessage> prompt)
    {
        if (prices.Find(provider, candidate.Model) is not { } price) return null;
        if (price == Price.Free) return 0;
        var limits = models.Find(provider.Name, provider.Kind, candidate.Model);
        var texts = prompt.SelectMany(message => message.Contents.SelectMany(Texts)).Concat(OfferedTools.Of(run).SelectMany(Texts));
        var input = texts.Sum(text => (long)Math.Ceiling(TokenCounter.Count(text) * limits.TokenRatio))
            + (prompt.Count + 1L) * HistoryWindow.FrameTokens
            + prompt.Sum(message => message.Contents.Count(IsPicture)) * (long)limits.ImageTokens;
        return price.Of(input, LongestAnswer(run, provider, limits));
    }

    /// <summary>What is sent as the limit, else a default: a model that is not limited may say more, and cost more.</summary>
    private static long LongestAnswer(Run run, Provider provider, ModelLimits limits)
    {
        var asked = OptionDefaults.Complete(run.Request.Options, provider.Options.Options)?.MaxOutputTokens ?? (provider.Kind is ProviderKind.Anthropic ? provider.Options.MaxOutputTokens : null);
        return Math.Min(asked ?? HistoryWindow.DefaultOutputTokens, limits.MaxOutputTokens ?? int.MaxValue);
    }

    private static IEnumerable<string> Texts(AIContent content) => content switch
    {
        TextContent text => [text.Text],
        TextReasoningContent reasoning => [reasoning.Text, reasoning.ProtectedData ?? ""],
        FunctionCallContent call => [call.Name, System.Text.Json.JsonSerializer.Serialize(call.Arguments)],
        FunctionResultContent result => [result.Result?.ToString() ?? ""],
        _ => [],
    };

    private static string[] Texts(AIFunctionDeclaration tool) => [tool.Name, tool.Description, tool.JsonSchema.GetRawText()];

    private static bool IsPicture(AIContent content) => content is DataContent or UriContent;
}
