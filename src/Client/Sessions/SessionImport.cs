using Millrace.Client.Errors;
using Millrace.Contracts;

namespace Millrace.Client.Sessions;

/// <summary>Makes a session out of a document: all of its messages or, as far as the workers can be reached, nothing.</summary>
internal sealed class SessionImport(SessionAsker asker, SessionRequested about, TimeProvider time)
{
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    public async Task RunAsync(SessionDocument document, CancellationToken cancellationToken)
    {
        await RefuseExistingAsync(cancellationToken);
        try
        {
            await asker.AskAsync(Creation(document.Session), cancellationToken);
            var rest = document.Messages.Select(Bare).ToList();
            for (var sent = 0; sent < rest.Count;)
            {
                var batch = MessageBatch.First(rest.Skip(sent));
                await asker.AskAsync(Of(SessionOperation.Append) with { Messages = batch }, cancellationToken);
                sent += batch.Count;
            }
        }
        catch (Exception)
        {
            await UndoAsync();
            throw;
        }
    }

    /// <summary>Creating one that exists leaves it as it is, and what follows would be added to somebody's conversation.</summary>
    private async Task RefuseExistingAsync(CancellationToken cancellationToken)
    {
        try
        {
            await asker.AskAsync(Of(SessionOperation.Read) with { Limit = 1 }, cancellationToken);
        }
        catch (SessionException e) when (e.Problem == SessionProblem.NotFound)
        {
            return;
        }

        throw new SessionException(
            SessionProblem.Exists, $"There is a session {about.SessionId} already, and an import makes a new one. Choose another id, or delete that session first.");
    }

    private SessionRequested Creation(SessionDocumentHead head) => Of(SessionOperation.Create) with
    {
        SystemPrompt = head.SystemPrompt,
        Provider = head.Provider,
        Model = head.Model,
        Options = head.Options,
        Metadata = head.Metadata,
    };

    /// <summary>A part of a conversation would look like a whole one.</summary>
    private async Task UndoAsync()
    {
        using var deadline = new CancellationTokenSource(Farewell, time);
        try
        {
            await asker.AskAsync(Of(SessionOperation.Delete), deadline.Token);
        }
        catch (Exception)
        {
            // The caller hears of what went wrong first.
        }
    }

    private SessionRequested Of(SessionOperation operation) =>
        about with { RequestId = asker.NewId(), Operation = operation };

    private static SessionMessage Bare(SessionMessage message) =>
        message with { Ordinal = 0, CreatedAt = null, GenerationId = null };
}
