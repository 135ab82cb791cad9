using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Options;
using Millrace.Contracts;
using Millrace.Engine.Limits;
using Millrace.Engine.Prompts;
using Millrace.Engine.Publishing;
using Millrace.Engine.Runs;
using Millrace.Engine.Settings;
using Millrace.Engine.Telemetry;
using Millrace.Engine.Tools;
using Millrace.Persistence.Generations;
using Millrace.Providers.Adapters;
using Millrace.Providers.Failures;
using Millrace.Providers.Models;
using Millrace.Providers.Registry;

namespace Millrace.Engine.Execution;

/// <summary>One provider call: what the model streams becomes pieces as it arrives.</summary>
public sealed partial class ProviderStep(
    AbilityRules abilities, Prices prices, ProviderCooldowns cooldowns, GenAiMetrics metrics, IOptions<MillraceOptions> options, ILogger<ProviderStep> log)
{
    private static readonly JsonSerializerOptions PlainJson = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Streams to the end, or to what went wrong.</summary>
    public async Task<CallResult> RunAsync(ClaimedRun claimed, Candidate candidate, Provider provider, CallPrompt prompt)
    {
        var run = claimed.Run;
        run.BeginCall();
        if (abilities.Refusal(provider, candidate.Model, Needs.Of(prompt.Messages, prompt.Tools.Count > 0)) is { } unable) return new CallResult.Failed(unable);
        try
        {
            var tools = new ToolChoices(prompt.Tools, mayInsist: run.Step == 1);
            var call = provider.Stream(run.Request.Options, candidate.Model, prompt.Messages, tools, run.Stopping);
            return await CallAsync(claimed, candidate, provider, call);
        }
        catch (ProviderException refused)
        {
            return new CallResult.Failed(refused.Failure);
        }
    }

    private async Task<CallResult> CallAsync(ClaimedRun claimed, Candidate candidate, Provider provider, ProviderStream call)
    {
        var run = claimed.Run;
        using var watched = metrics.Begin(run, provider, candidate.Model);
        try
        {
            var (finish, model, failure) = await ReadAsync(claimed, candidate, provider, call, watched);
            run.Output.Price(prices.Find(provider, candidate.Model)?.Of(run.Output.Usage));
            if (failure is not null) return Failed(run, candidate, call, watched, failure);
            watched.Completed(finish, model, run.Output.Usage, run.Output.Cost);
            return new CallResult.Answered(new Answer(FinishOf(finish), model, call.IgnoredOptions));
        }
        catch (Exception fault)
        {
            run.Output.Price(prices.Find(provider, candidate.Model)?.Of(run.Output.Usage));
            watched.Interrupted(fault, run.Output.Usage, run.Output.Cost);
            throw;
        }
    }

    private CallResult.Failed Failed(Run run, Candidate candidate, ProviderStream call, ChatCall watched, Failure failure)
    {
        watched.Failed(failure, run.Output.Usage, run.Output.Cost);
        if (failure.Reason == FailureReason.RateLimited) cooldowns.Refused(candidate.Provider, candidate.Model, failure.RetryAfter, call.Rates is not null);
        if (failure.ProviderMessage is { } words) LogRefused(run.Id, candidate.Provider, candidate.Model, failure.HttpStatus, failure.Code, failure.Param, words);
        return new CallResult.Failed(failure);
    }

    private async Task<(ChatFinishReason? Finish, string Model, Failure? Failure)> ReadAsync(
        ClaimedRun claimed, Candidate candidate, Provider provider, ProviderStream call, ChatCall watched)
    {
        ChatFinishReason? finish = null;
        var model = candidate.Model;
        var isHeard = false;
        await foreach (var update in call)
        {
            if (!isHeard) cooldowns.Answered(provider.Name, candidate.Model, call.Rates);
            isHeard = true;
            foreach (var content in update.Contents)
                if (!TryTake(claimed, content)) return (finish, model, TooLong(provider.Name));
            if (claimed.Run.Output.Characters > 0) watched.HasBegun();
            finish = update.FinishReason ?? finish;
            if (!string.IsNullOrEmpty(update.ModelId)) model = Storable(update.ModelId);
        }
        return (finish, model, call.Failure);
    }

    private Failure TooLong(string provider) => new(FailureReason.OutputLimitExceeded,
        $"The answer of '{provider}' grew past {options.Value.MaxOutputCharacters} characters (Millrace:MaxOutputCharacters).");

    /// <summary>False when the answer is longer with it than is allowed.</summary>
    private bool TryTake(ClaimedRun claimed, AIContent content)
    {
        var run = claimed.Run;
        switch (content)
        {
            case TextContent { Text.Length: > 0 } text:
                run.MarkFirstPiece();
                if (!HasRoom(run, text.Text)) return false;
                claimed.AddText(text.Text);
                break;
            case TextReasoningContent reasoning:
                if (reasoning.Text.Length > 0)
                {
                    run.MarkFirstPiece();
                    if (!HasRoom(run, reasoning.Text)) return false;
                }
                claimed.AddReasoning(reasoning.Text, reasoning.ProtectedData);
                break;
            case FunctionCallContent call:
                run.MarkFirstPiece();
                var draft = Draft(run, call);
                if (!HasRoom(run, draft.Arguments)) return false;
                claimed.AddCall(draft);
                break;
            case UsageContent usage:
                run.Output.CountTokens(UsageOf(usage.Details));
                break;
        }
        return true;
    }

    /// <summary>
    /// Ids of our own, the same whenever the step is run: a provider's may be missing, or come again in a later turn, and each has its own rules for them.
    /// </summary>
    private static ToolCallDraft Draft(Run run, FunctionCallContent call)
    {
        var name = ToolRules.NameFor(call.Name);
        // The caller reads what the model wrote, be it no object
        var arguments = OfferedTools.IsCallers(run, name) && call.RawRepresentation is string { Length: > 0 } written ? written
            : JsonSerializer.Serialize(call.Arguments ?? new Dictionary<string, object?>(), PlainJson);
        return new($"call_{EventIds.Of(run.Id, $"call/{run.Step}", run.Output.Calls.Count):N}", Storable(call.CallId), name, arguments);
    }

    private static string Storable(string text) => text.Replace("\0", "", StringComparison.Ordinal);

    /// <summary>Reasoning counts: it is held and stored like the answer.</summary>
    private bool HasRoom(Run run, string text) => run.Output.TryCount(text, options.Value.MaxOutputCharacters);

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

    [LoggerMessage(LogLevel.Warning, "{Provider} refused a call of {Generation} to {Model}: {Status} {Code} {Param}: {Words}")]
    private partial void LogRefused(Guid generation, string provider, string model, int? status, string? code, string? param, string words);
}
