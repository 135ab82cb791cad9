using Microsoft.Extensions.AI;
using Millrace.Contracts;
using Millrace.Persistence;
using Millrace.Worker.Providers;
using Millrace.Worker.Runs;

namespace Millrace.Worker.Sessions;

/// <summary>
/// The prompt of a run: system prompt, its session's history, its own messages. Only the session's active turn adds to the history, so
/// it is the same for every attempt.
/// </summary>
internal sealed class Conversation(SessionStore sessions)
{
    private const int Page = 500;

    public async Task<IReadOnlyList<ChatMessage>> PromptAsync(Run run, Candidate candidate, Provider provider)
    {
        if (run.Request.SessionId is not { } session) return Prompt.Of(run.Request, []);
        var history = await HistoryAsync(session, run.Stopping);
        return Prompt.Of(run.Request, history);
    }

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
