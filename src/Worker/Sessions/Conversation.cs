using Microsoft.Extensions.AI;
using Millrace.Contracts;
using Millrace.Persistence;
using Millrace.Worker.Models;
using Millrace.Worker.Prompts;
using Millrace.Worker.Providers;
using Millrace.Worker.Runs;

namespace Millrace.Worker.Sessions;

/// <summary>
/// The prompt of a run: system prompt, as much of its session's history as the model can take, its own messages. Only the session's
/// active turn adds to the history, so it is the same for every attempt.
/// </summary>
internal sealed class Conversation(SessionStore sessions, ModelTable models)
{
    private const int Page = 500;

    /// <exception cref="ProviderException">It is too long, and the request asked to fail then.</exception>
    public async Task<IReadOnlyList<ChatMessage>> PromptAsync(Run run, Candidate candidate, Provider provider)
    {
        var steps = run.Steps.SelectMany(step => NativeMessage.Of(step, run.Id, provider.Name));
        if (run.Request.SessionId is not { } session) return Prompt.Of(run.Request, [], steps);
        run.History ??= await HistoryAsync(session, run.Stopping);
        var fit = Fit(run, models.Find(provider.Name, provider.Kind, candidate.Model), provider.Options);
        if (!fit.FitsWhole && run.Request.WhenTooLong == WhenTooLong.Fail) throw TooLong(session, candidate, fit);
        run.OmittedTurns = fit.OmittedTurns;
        return Prompt.Of(run.Request, fit.Kept, steps);
    }

    private static HistoryFit Fit(Run run, ModelLimits limits, ProviderOptions provider) => HistoryWindow.Fit(
        run.History!, run.Request.SystemPrompt,
        [.. Prompt.Own(run.Request).Concat(run.Steps.SelectMany(step => step.Messages(run.Id))).SelectMany(HistoryWindow.Texts)],
        limits, run.Request.Options?.MaxOutputTokens ?? provider.Options?.MaxOutputTokens ?? Required(provider));

    /// <summary>What Anthropic's wire requires is sent in any case.</summary>
    private static int? Required(ProviderOptions provider) => provider.Kind is ProviderKind.Anthropic ? provider.MaxOutputTokens : null;

    private static ProviderException TooLong(Guid session, Candidate candidate, HistoryFit fit) => new(FailureReason.ContextLengthExceeded,
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
