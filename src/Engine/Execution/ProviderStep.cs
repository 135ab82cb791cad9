using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Options;
using Millrace.Contracts;
using Millrace.Engine.Limits;
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
    AbilityRules abilities, Prices prices, AccountStops stops, GenAiMetrics metrics, IOptions<MillraceOptions> options, ILogger<ProviderStep> log)
{
    private static readonly JsonSerializerOptions PlainJson = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Streams to the end, or to what went wrong.</summary>
    public async Task<CallResult> RunAsync(Run run, Candidate candidate, Provider provider, IReadOnlyList<ChatMessage> prompt)
    {
        run.BeginAttempt();
        try
        {
            var offered = OfferedTools.Of(run);
            abilities.Check(provider, candidate.Model, Needs.Of(prompt, offered.Count > 0));
            var tools = new ToolChoices(offered, mayInsist: run.Step == 1);
            var call = provider.Stream(run.Request.Options, candidate.Model, prompt, tools, run.Stopping);
            return await CallAsync(run, candidate, provider, call);
        }
        catch (ProviderException failure)
        {
            return CallResult.Of(failure);
        }
    }

    private async Task<CallResult> CallAsync(Run run, Candidate candidate, Provider provider, ProviderStream call)
    {
        using var watched = metrics.Begin(run, provider, candidate.Model);
        try
        {
            var (finish, model, failure) = await ReadAsync(run, candidate, provider, call, watched);
            run.CallCost = prices.Find(provider, candidate.Model)?.Of(run.Usage);
            if (failure is not null) return Failed(run, candidate, call, watched, failure);
            watched.Completed(finish, model, run.Usage, run.CallCost);
            return CallResult.Of(new Answer(FinishOf(finish), model, call.IgnoredOptions));
        }
        catch (Exception fault)
        {
            run.CallCost = prices.Find(provider, candidate.Model)?.Of(run.Usage);
            watched.Failed(fault, run.Usage, run.CallCost);
            throw;
        }
    }

    private CallResult Failed(Run run, Candidate candidate, ProviderStream call, ChatCall watched, ProviderException failure)
    {
        watched.Failed(failure, run.Usage, run.CallCost);
        if (failure.Reason == FailureReason.RateLimited) stops.Refused(candidate.Provider, candidate.Model, failure.RetryAfter, call.Rates is not null);
        if (failure.ProviderMessage is { } words) LogRefused(run.Id, candidate.Provider, candidate.Model, failure.HttpStatus, failure.Code, failure.Param, words);
        return CallResult.Of(failure);
    }

    private async Task<(ChatFinishReason? Finish, string Model, ProviderException? Failure)> ReadAsync(
        Run run, Candidate candidate, Provider provider, ProviderStream call, ChatCall watched)
    {
        ChatFinishReason? finish = null;
        var model = candidate.Model;
        var isHeard = false;
        await foreach (var update in call)
        {
            if (!isHeard) stops.Answered(provider.Name, candidate.Model, call.Rates);
            isHeard = true;
            foreach (var content in update.Contents)
                if (!TryTake(run, content)) return (finish, model, TooLong(provider.Name));
            if (run.Produced > 0) watched.HasBegun();
            finish = update.FinishReason ?? finish;
            if (!string.IsNullOrEmpty(update.ModelId)) model = Storable(update.ModelId);
        }
        return (finish, model, call.Failure);
    }

    private ProviderException TooLong(string provider) => new(FailureReason.OutputLimitExceeded,
        $"The answer of '{provider}' grew past {options.Value.MaxOutputCharacters} characters (Millrace:MaxOutputCharacters).");

    /// <summary>False when the answer is longer with it than is allowed.</summary>
    private bool TryTake(Run run, AIContent content)
    {
        switch (content)
        {
            case TextContent { Text.Length: > 0 } text:
                run.MarkFirstPiece();
                if (!HasRoom(run, text.Text)) return false;
                run.Text.Append(text.Text);
                run.Chunks.Add(ChunkKind.Text, text.Text);
                break;
            case TextReasoningContent reasoning:
                run.Reasoning.Add(reasoning.Text, reasoning.ProtectedData);
                if (reasoning.Text.Length == 0) break;
                run.MarkFirstPiece();
                if (!HasRoom(run, reasoning.Text)) return false;
                run.Chunks.Add(ChunkKind.Reasoning, reasoning.Text);
                break;
            case FunctionCallContent call:
                run.MarkFirstPiece();
                var draft = Draft(run, call);
                if (!HasRoom(run, draft.Arguments)) return false;
                run.Calls.Add(draft);
                run.Chunks.AddCall(new ToolCall(draft.Id, draft.Name, draft.Arguments));
                break;
            case UsageContent usage:
                run.Usage = UsageOf(usage.Details);
                break;
        }
        return true;
    }

    /// <summary>
    /// Ids of our own, the same whenever the step is run: a provider's may be missing, or come again in a later turn, and each has its own rules for them.
    /// </summary>
    private static CallDraft Draft(Run run, FunctionCallContent call)
    {
        var name = ToolRules.NameFor(call.Name);
        // The caller reads what the model wrote, be it no object
        var arguments = OfferedTools.IsCallers(run, name) && call.RawRepresentation is string { Length: > 0 } written ? written
            : JsonSerializer.Serialize(call.Arguments ?? new Dictionary<string, object?>(), PlainJson);
        return new($"call_{EventIds.Of(run.Id, $"call/{run.Step}", run.Calls.Count):N}", Storable(call.CallId), name, arguments);
    }

    private static string Storable(string text) => text.Replace("\0", "", StringComparison.Ordinal);

    /// <summary>Reasoning counts: it is held and stored like the answer.</summary>
    private bool HasRoom(Run run, string text)
    {
        run.Produced += text.Length;
        return run.Produced <= options.Value.MaxOutputCharacters;
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

    [LoggerMessage(LogLevel.Warning, "{Provider} refused a call of {Generation} to {Model}: {Status} {Code} {Param}: {Words}")]
    private partial void LogRefused(Guid generation, string provider, string model, int? status, string? code, string? param, string words);
}
