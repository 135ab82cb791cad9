using System.Runtime.CompilerServices;
using Millrace.Client.Errors;
using Millrace.Client.Sessions;
using Millrace.Contracts;

namespace Millrace.Client;

/// <content>Conversations that the fleet keeps.</content>
public sealed partial class MillraceClient
{
    private const int SessionsPage = 200;

    /// <summary>
    /// A new session. Nothing is sent here: the first awaited call of the handle makes it in the fleet. One that exists under the given id
    /// is left as it is, and the handle is for that one.
    /// </summary>
    /// <param name="systemPrompt">Instructions before the conversation. Default: none.</param>
    /// <param name="provider">The provider for its requests. Default: the workers' default.</param>
    /// <param name="model">The model for its requests, also as <c>provider/model</c>. Default: the provider's.</param>
    /// <param name="options">Options for its requests. Default: none.</param>
    /// <param name="metadata">Labels of your own: at most 16, keys to 64 and values to 512 characters. Default: none.</param>
    /// <param name="id">Its id. Default: a new one.</param>
    /// <param name="tenant">Whose it is: <c>[A-Za-z0-9_.-]{1,64}</c>. Default: <c>default</c>.</param>
    /// <exception cref="ArgumentException">The id is empty.</exception>
    public MillraceSession CreateSession(
        string? systemPrompt = null,
        string? provider = null,
        string? model = null,
        GenerationOptions? options = null,
        IReadOnlyDictionary<string, string>? metadata = null,
        Guid? id = null,
        string? tenant = null)
    {
        var creation = new SessionRequested
        {
            RequestId = calls.NewId(),
            Operation = SessionOperation.Create,
            SessionId = id is { } given ? CheckSession(given) : calls.NewId(),
            Tenant = tenant,
            SystemPrompt = systemPrompt,
            Provider = provider,
            Model = model,
            Options = options,
            Metadata = metadata,
        };
        return new MillraceSession(calls, asker, creation.SessionId, tenant, creation);
    }

    /// <summary>A session that exists. Nothing is asked here: a call of a handle for one that does not exist throws <see cref="SessionException"/>.</summary>
    /// <param name="id">Which session.</param>
    /// <param name="tenant">Whose it is. Default: <c>default</c>.</param>
    /// <exception cref="ArgumentException">The id is empty.</exception>
    public MillraceSession Session(Guid id, string? tenant = null) =>
        new(calls, asker, CheckSession(id), tenant);

    /// <summary>A tenant's sessions, the latest used first, fetched in pages while they are read.</summary>
    /// <param name="tenant">Whose. Default: <c>default</c>.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="NoWorkersException">Nobody takes the request.</exception>
    public async IAsyncEnumerable<SessionDescription> ListSessionsAsync(
        string? tenant = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var request = new SessionRequested { RequestId = calls.NewId(), Operation = SessionOperation.List, Tenant = tenant, Limit = SessionsPage };
        while (true)
        {
            var page = await asker.AskAsync(request, cancellationToken);
            foreach (var session in page.Sessions ?? [])
                yield return session;
            if (!page.HasMore || page.Sessions is not [.., var last])
                yield break;
            request = request with { RequestId = calls.NewId(), AfterSessionId = last.SessionId };
        }
    }

    /// <summary>
    /// Asks the workers something about a session, for a service that passes on what others ask and under an id of theirs: the same
    /// <see cref="SessionRequested.RequestId"/> again changes nothing more. Everyone else has it easier with <see cref="Session"/>.
    /// </summary>
    /// <param name="request">The request; its channel becomes <see cref="Channel"/>.</param>
    /// <param name="cancellationToken">Ends the waiting; it may be done.</param>
    /// <returns>The answer, which has no problem.</returns>
    /// <exception cref="SessionException">It was refused, and nothing has changed.</exception>
    /// <exception cref="ArgumentException">It is larger than the options' <c>MaxRequestBytes</c>.</exception>
    public Task<SessionAnswered> AskAsync(SessionRequested request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return asker.AskAsync(request, cancellationToken);
    }

    /// <summary>
    /// Makes a session out of a <see cref="SessionDocument"/>, as <see cref="MillraceSession.ExportAsync"/> writes it. All of it is checked before
    /// anything is sent; if the sending fails half-way, the new session is deleted again as far as workers can be reached.
    /// </summary>
    /// <param name="source">The document in UTF-8; it is read to its end and left open.</param>
    /// <param name="newId">The new session's id. Default: a new one, not the document's.</param>
    /// <param name="tenant">Whose it will be. Default: <c>default</c>.</param>
    /// <param name="cancellationToken">Ends the import.</param>
    /// <returns>The new session.</returns>
    /// <exception cref="SessionException">
    /// <see cref="SessionProblem.Invalid"/>: it is no such document, of another version, or one of its messages breaks a rule.
    /// <see cref="SessionProblem.Exists"/>: there is a session of that id.
    /// </exception>
    /// <exception cref="ArgumentException">The id is empty, or a message is larger than the options' <c>MaxRequestBytes</c>.</exception>
    public async Task<MillraceSession> ImportSessionAsync(
        Stream source, Guid? newId = null, string? tenant = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        var id = newId is { } given ? CheckSession(given) : calls.NewId();
        var document = await SessionDocumentReader.ReadAsync(source, cancellationToken);
        var about = new SessionRequested { RequestId = Guid.Empty, Operation = SessionOperation.Create, SessionId = id, Tenant = tenant };
        await new SessionImport(asker, about, calls.Time).RunAsync(document, cancellationToken);
        return new MillraceSession(calls, asker, id, tenant);
    }

    private static Guid CheckSession(Guid id) => id != Guid.Empty ? id : throw new ArgumentException(
        "The session's id is the empty GUID. Leave it out for a new one, or give one of your own, for example Guid.CreateVersion7().", nameof(id));
}
