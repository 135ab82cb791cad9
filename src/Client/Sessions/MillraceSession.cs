using System.Runtime.CompilerServices;
using Millrace.Client.Errors;
using Millrace.Client.Streaming;
using Millrace.Contracts;

namespace Millrace.Client.Sessions;

/// <summary>
/// A conversation that the fleet keeps: its system prompt, its messages in order, and what its requests use by default. Get one from
/// <see cref="MillraceClient.CreateSession"/> or, if it exists already, from <see cref="MillraceClient.Session"/>.
/// </summary>
/// <remarks>
/// A handle: it connects and sends with the first call that is awaited. That call first makes the session and adds the messages given to
/// <see cref="AddMessage(MessageRole, string, IReadOnlyList{Attachment}?)"/>, in order; what the fleet refuses or does not answer is sent again with the next call, and nothing overtakes it. Safe for
/// concurrent use. Every call can throw <see cref="SessionException"/>, <see cref="NoWorkersException"/> and <see cref="FleetUnreachableException"/>.
/// </remarks>
public sealed class MillraceSession
{
    private const int PageSize = 500;

    private readonly GenerationCalls calls;
    private readonly SessionAsker asker;
    private readonly SessionRequested about;
    private readonly SessionOutbox outbox;

    internal MillraceSession(
        GenerationCalls calls, SessionAsker asker, Guid id, string? tenant, SessionRequested? creation = null)
    {
        this.calls = calls;
        this.asker = asker;
        about = new SessionRequested { RequestId = Guid.Empty, Operation = SessionOperation.Read, SessionId = id, Tenant = tenant };
        outbox = new SessionOutbox(asker, about, creation);
    }

    /// <summary>Which session.</summary>
    public Guid Id => about.SessionId;

    /// <summary>Whose it is; null is the fleet's <c>default</c>.</summary>
    public string? Tenant => about.Tenant;

    /// <summary>
    /// Adds a message behind the last one. It is sent with the next awaited call, and kept whatever becomes of that call's generation. Refused as
    /// <see cref="SessionProblem.Busy"/> while a generation runs or waits in the session.
    /// </summary>
    /// <param name="role">Who speaks: the user or the assistant.</param>
    /// <param name="text">What is said, kept exactly. Not empty, unless there are attachments.</param>
    /// <param name="attachments">Pictures and files of the user, at most 16; larger ones from <see cref="MillraceClient.UploadAsync(Stream, string?, string?, string?, CancellationToken)"/>. Default: none.</param>
    /// <exception cref="ArgumentException">The role is System, the text is empty or no valid Unicode, or the attachments are not the user's.</exception>
    public void AddMessage(MessageRole role, string text, IReadOnlyList<Attachment>? attachments = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        AddMessage(new PromptMessage(role, text) { Attachments = attachments });
    }

    /// <summary>
    /// Adds a message that has more than text behind the last one: tool calls of the assistant, and behind it a message of the role
    /// <see cref="MessageRole.Tool"/> with their results. A call without a result, or a result without its call, is mended before a model sees it.
    /// </summary>
    /// <param name="message">What is said, called or returned.</param>
    /// <exception cref="ArgumentException">The role is System, or the message is empty or breaks another rule of <see cref="PromptMessage"/>.</exception>
    public void AddMessage(PromptMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var added = new SessionMessage
        {
            Role = message.Role,
            Text = message.Text,
            ToolCalls = message.ToolCalls,
            ToolResults = message.ToolResults,
            Attachments = message.Attachments,
        };
        if (SessionMessageRules.Broken(added) is { } broken)
            throw new ArgumentException($"The message {broken}", nameof(message));
        outbox.Add(added);
    }

    /// <summary>Sends what the handle still holds: makes the session and adds its messages. Every other call does this first.</summary>
    /// <param name="cancellationToken">Ends the waiting; what was sent may be done.</param>
    public Task SaveAsync(CancellationToken cancellationToken = default) => outbox.Seal()(cancellationToken);

    /// <summary>Asks for the next turn and waits for the reply. Throws what <see cref="MillraceClient.GenerateAsync(GenerateRequested, CancellationToken)"/> throws.</summary>
    /// <param name="prompt">What the user says. Default: the message added last, which must be the user's and not sent yet.</param>
    /// <param name="cancellationToken">Ends the waiting, not the generation.</param>
    /// <exception cref="InvalidOperationException">There is neither a prompt nor such a message.</exception>
    public Task<GenerationCompleted> GenerateAsync(
        string? prompt = null, CancellationToken cancellationToken = default) =>
        GenerateAsync(Request(prompt), cancellationToken);

    /// <summary>Asks for the next turn, lets the model call tools, and waits for the reply.</summary>
    /// <param name="prompt">What the user says.</param>
    /// <param name="tools">Names of tools that the fleet has; one that ends in <c>*</c> stands for all that begin so.</param>
    /// <param name="cancellationToken">Ends the waiting, not the generation.</param>
    public Task<GenerationCompleted> GenerateAsync(
        string prompt, IReadOnlyList<string> tools, CancellationToken cancellationToken = default) =>
        GenerateAsync(Request(prompt) with { Tools = tools }, cancellationToken);

    /// <summary>Asks for the next turn and waits for the reply.</summary>
    /// <param name="request">The request; its session and tenant become this one's. What it names goes before what the session names.</param>
    /// <param name="cancellationToken">Ends the waiting, not the generation.</param>
    public Task<GenerationCompleted> GenerateAsync(
        GenerateRequested request, CancellationToken cancellationToken = default) =>
        calls.GenerateAsync(Turn(request), outbox.Seal(), cancellationToken);

    /// <summary>Asks for the next turn, at once, and streams the reply. What goes wrong on the way is thrown by the enumeration.</summary>
    /// <param name="prompt">What the user says. Default: the message added last, which must be the user's and not sent yet.</param>
    /// <param name="cancellationToken">Ends the sending and the reading, not the generation.</param>
    /// <exception cref="InvalidOperationException">There is neither a prompt nor such a message.</exception>
    public GenerationStream StreamAsync(string? prompt = null, CancellationToken cancellationToken = default) =>
        StreamAsync(Request(prompt), cancellationToken);

    /// <summary>Asks for the next turn, at once, lets the model call tools, and streams the reply, the calls and their results.</summary>
    /// <param name="prompt">What the user says.</param>
    /// <param name="tools">Names of tools that the fleet has; one that ends in <c>*</c> stands for all that begin so.</param>
    /// <param name="cancellationToken">Ends the sending and the reading, not the generation.</param>
    public GenerationStream StreamAsync(
        string prompt, IReadOnlyList<string> tools, CancellationToken cancellationToken = default) =>
        StreamAsync(Request(prompt) with { Tools = tools }, cancellationToken);

    /// <summary>
    /// Asks for the next turn, at once, and streams the reply. Turns that are asked for without waiting can overtake each other on the way;
    /// await <see cref="GenerationStream.Completion"/> of one before the next if their order matters.
    /// </summary>
    /// <param name="request">The request; its session and tenant become this one's. What it names goes before what the session names.</param>
    /// <param name="cancellationToken">Ends the sending and the reading, not the generation.</param>
    public GenerationStream StreamAsync(GenerateRequested request, CancellationToken cancellationToken = default) =>
        calls.StreamAsync(Turn(request), outbox.Seal(), cancellationToken);

    /// <summary>The session as it is now, without its messages.</summary>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<SessionDescription> DescribeAsync(CancellationToken cancellationToken = default) =>
        (await AskAsync(about with { AfterOrdinal = long.MaxValue, Limit = 1 }, cancellationToken)).Session!;

    /// <summary>Its messages, oldest first, fetched in pages while they are read.</summary>
    /// <param name="afterOrdinal">The last message that the reader has. Default: 0, from the beginning.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async IAsyncEnumerable<SessionMessage> MessagesAsync(
        long afterOrdinal = 0, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var page in PagesAsync(afterOrdinal, cancellationToken))
        {
            foreach (var message in page.Messages ?? [])
                yield return message;
        }
    }

    /// <summary>Removes its messages and keeps the rest. Refused as <see cref="SessionProblem.Busy"/> while a generation runs or waits in it.</summary>
    /// <param name="cancellationToken">Ends the waiting; it may be done.</param>
    public Task ClearAsync(CancellationToken cancellationToken = default) =>
        AskAsync(about with { Operation = SessionOperation.Clear }, cancellationToken);

    /// <summary>
    /// Removes it with its messages; its generations stay. Refused as <see cref="SessionProblem.Busy"/> while a generation runs or waits in it. A request
    /// that names it later begins a new one.
    /// </summary>
    /// <param name="cancellationToken">Ends the waiting; it may be done.</param>
    public Task DeleteAsync(CancellationToken cancellationToken = default) =>
        AskAsync(about with { Operation = SessionOperation.Delete }, cancellationToken);

    /// <summary>Makes a copy that goes its own way from there.</summary>
    /// <param name="throughOrdinal">The last message to copy. Default: all.</param>
    /// <param name="newId">The copy's id. Default: a new one.</param>
    /// <param name="cancellationToken">Ends the waiting; it may be done.</param>
    /// <returns>The copy.</returns>
    public async Task<MillraceSession> ForkAsync(
        long? throughOrdinal = null, Guid? newId = null, CancellationToken cancellationToken = default)
    {
        var copy = newId ?? calls.NewId();
        await AskAsync(about with { Operation = SessionOperation.Fork, NewSessionId = copy, ThroughOrdinal = throughOrdinal }, cancellationToken);
        return new MillraceSession(calls, asker, copy, Tenant);
    }

    /// <summary>
    /// Writes the session as a <see cref="SessionDocument"/> in UTF-8, page by page: with the messages that there were when it began, for
    /// <see cref="MillraceClient.ImportSessionAsync"/> or any other reader.
    /// </summary>
    /// <param name="destination">Where to; it is left open.</param>
    /// <param name="cancellationToken">Ends the writing; what is written is no document then.</param>
    public Task ExportAsync(Stream destination, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        return SessionDocumentWriter.WriteAsync(PagesAsync(0, cancellationToken), destination, cancellationToken);
    }

    private async IAsyncEnumerable<SessionAnswered> PagesAsync(
        long afterOrdinal, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            var page = await AskAsync(about with { AfterOrdinal = afterOrdinal, Limit = PageSize }, cancellationToken);
            yield return page;
            if (!page.HasMore || page.Messages is not [.., var last])
                yield break;
            afterOrdinal = last.Ordinal;
        }
    }

    private async Task<SessionAnswered> AskAsync(SessionRequested request, CancellationToken cancellationToken)
    {
        await SaveAsync(cancellationToken);
        return await asker.AskAsync(request with { RequestId = calls.NewId() }, cancellationToken);
    }

    private GenerateRequested Request(string? prompt)
    {
        if (prompt is not null)
            ArgumentException.ThrowIfNullOrEmpty(prompt);
        var request = new GenerateRequested { GenerationId = calls.NewId(), Prompt = prompt };
        if (prompt is not null)
            return request;
        var last = outbox.TakeLastOfUser() ?? throw new InvalidOperationException(
            "There is nothing to answer. Give a prompt, or add a message of the user as the last one before.");
        return last.Attachments is null
            ? request with { Prompt = last.Text }
            : request with { Messages = [new PromptMessage(last.Role, last.Text) { Attachments = last.Attachments }] };
    }

    private GenerateRequested Turn(GenerateRequested request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request with { SessionId = Id, Tenant = Tenant };
    }
}
