using Microsoft.Extensions.AI;
using Millrace.Contracts;
using Millrace.Persistence;
using Millrace.Worker.Attachments;
using Millrace.Worker.Intake;
using Millrace.Worker.Models;
using Millrace.Worker.Providers;
using Millrace.Worker.Runs;

namespace Millrace.Worker.Sessions;

/// <summary>
/// The prompt of a run: system prompt, as much of its session's history as the model can take, its own messages. Only the session's
/// active turn adds to the history, so it is the same for every attempt.
/// </summary>
internal sealed class Conversation(SessionStore sessions, StoredAttachments stored, ModelTable models)
{
    private const int Page = 500;

    /// <exception cref="ProviderException">It is too long, and the request asked to fail then.</exception>
    public async Task<IReadOnlyList<ChatMessage>> PromptAsync(Run run, Candidate candidate, Provider provider)
    {
        var (request, tenant) = (await stored.FillAsync(run.Request, run.Stopping), Admission.TenantOf(run.Request));
        if (request.SessionId is not { } session) return Prompt.Of(request, []);
        var history = await stored.WithTextsAsync(tenant, await HistoryAsync(session, run.Stopping), run.Stopping);
        var fit = Fit(request, history, models.Find(provider.Name, provider.Kind, candidate.Model), provider.Options);
        if (!fit.FitsWhole && run.Request.WhenTooLong == WhenTooLong.Fail) throw TooLong(session, candidate, fit);
        run.OmittedTurns = fit.OmittedTurns;
        return Prompt.Of(request, await stored.WithImagesAsync(tenant, fit.Kept, run.Stopping));
    }

    private static HistoryFit Fit(GenerateRequested request, IReadOnlyList<SessionMessage> history, ModelLimits limits, ProviderOptions provider) =>
        HistoryWindow.Fit(
            history, request.SystemPrompt, request.Messages?.Select(message => message.Text).ToList() ?? [request.Prompt!], limits,
            request.Options?.MaxOutputTokens ?? provider.Options?.MaxOutputTokens ?? Required(provider),
            request.Messages?.SelectMany(message => message.Attachments ?? []).ToList());

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
