using Millrace.Contracts;
using Millrace.Engine.Attachments;
using Millrace.Engine.Failures;
using Millrace.Engine.Requests;
using Millrace.Engine.Runs;
using Millrace.Persistence.Generations;
using Millrace.Persistence.Sessions;
using Millrace.Providers.Models;
using Millrace.Providers.Registry;

namespace Millrace.Engine.Prompts;

/// <summary>
/// The prompt of a run: system prompt, as much of its session's history as the model can take, its own messages. Only the session's
/// active turn adds to the history, so it is the same for every attempt.
/// </summary>
public sealed class Conversation(SessionStore sessions, StoredAttachments stored, ModelTable models)
{
    private const int Page = 500;

    /// <exception cref="GenerationException">It is too long, and the request asked to fail then.</exception>
    public async Task<CallPrompt> PromptAsync(Run run, PromptMaterial material, Candidate candidate, Provider provider)
    {
        var limits = models.Find(provider.Name, provider.Kind, candidate.Model);
        var tools = OfferedTools.Of(run);
        var filled = material.Filled ??= await stored.FillAsync(run.Request, run.Stopping);
        var steps = run.Steps.SelectMany(step => NativeMessage.Of(step, run.Id, provider.Name));
        if (run.Request.SessionId is not { } session) return new(Prompt.Of(filled, [], steps), tools, limits);

        var tenant = Tenants.Of(run.Request);
        var history = material.History ??= await stored.WithTextsAsync(tenant, await HistoryAsync(session, run.Stopping), run.Stopping);
        var own = RequestMessages.Own(run.Request);
        OpenCalls.Check(session, history, own);
        var fit = Fit(run, filled, history, limits, provider);
        // Results without their calls would be no conversation
        var wouldTear = fit.Kept.Count == 0 && own[0].Role == MessageRole.Tool;
        if (!fit.FitsWhole && (run.Request.WhenTooLong == WhenTooLong.Fail || wouldTear)) throw TooLong(session, candidate, fit);
        var kept = await stored.WithImagesAsync(tenant, fit.Kept, run.Stopping);
        return new(Prompt.Of(filled, kept, steps), tools, limits) { OmittedTurns = fit.OmittedTurns };
    }

    private static HistoryFit Fit(
        Run run, GenerateRequested filled, IReadOnlyList<SessionMessage> history, ModelLimits limits, Provider provider) => HistoryWindow.Fit(
        history, run.Request.SystemPrompt,
        [.. RequestMessages.Own(filled).Concat(run.Steps.SelectMany(step => step.Messages(run.Id))).SelectMany(HistoryWindow.Texts)],
        limits, run.Request.Options?.MaxOutputTokens ?? provider.Options.Options?.MaxOutputTokens ?? provider.RequiredOutputLimit,
        filled.Messages?.SelectMany(message => message.Attachments ?? []).ToList());

    private static GenerationException TooLong(Guid session, Candidate candidate, HistoryFit fit) => new(FailureReason.ContextLengthExceeded,
        $"The conversation in session {session} takes {fit.NeededTokens} tokens with room for the answer; model '{candidate.Model}' has {fit.ContextTokens}. "
        + "Clear or fork the session, choose a model with a longer context, or let WhenTooLong be DropOldest.");

    private async Task<List<SessionMessage>> HistoryAsync(Guid session, CancellationToken cancellation)
    {
        var history = new List<SessionMessage>();
        for (var full = true; full;)
        {
            var page = await sessions.MessagesAsync(session, history.Count == 0 ? 0 : history[^1].Ordinal, Page, cancellation);
            history.AddRange(page);
            full = page.Count == Page;
        }
        return history;
    }
}
