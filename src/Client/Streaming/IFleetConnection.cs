using Millrace.Client.Errors;
using Millrace.Contracts;

namespace Millrace.Client.Streaming;

/// <summary>
/// How a client reaches the fleet: over HTTP by way of a gateway, or over the broker (Millrace.Client.RabbitMq). A program has no need of it: it calls
/// <see cref="MillraceClient"/>. All members are safe for concurrent use.
/// </summary>
public interface IFleetConnection : IAsyncDisposable
{
    /// <summary>The channel label of this client's own requests.</summary>
    /// <exception cref="NotSupportedException">The connection has none.</exception>
    string Channel { get; }

    /// <summary>The largest upload in bytes.</summary>
    int MaxAttachmentBytes { get; }

    /// <summary>Sends a request, and returns when the broker has confirmed it or the gateway has taken it.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Ends the waiting; the request may still arrive.</param>
    Task SubmitAsync(GenerateRequested request, CancellationToken cancellationToken);

    /// <summary>Asks to end a generation; the same confirmation.</summary>
    /// <param name="request">Which one, and why.</param>
    /// <param name="cancellationToken">Ends the waiting; the request may still arrive.</param>
    Task CancelAsync(CancelGeneration request, CancellationToken cancellationToken);

    /// <summary>Says yes or no to a tool call; the same confirmation.</summary>
    /// <param name="decision">The decision.</param>
    /// <param name="cancellationToken">Ends the waiting; the decision may still arrive.</param>
    Task DecideAsync(DecideToolCall decision, CancellationToken cancellationToken);

    /// <summary>A view for the reader of a request that is going to be sent here; it hears nothing until <see cref="OpenAsync"/>.</summary>
    /// <param name="request">The request.</param>
    /// <param name="withChunks">Whether the reader wants the chunks, not the end alone.</param>
    GenerationFeed CreateFeed(GenerateRequested request, bool withChunks);

    /// <summary>A view for the reader of a generation, whoever requested it; it hears nothing until <see cref="JoinAsync"/>.</summary>
    /// <param name="generationId">Which generation.</param>
    /// <param name="withChunks">Whether the reader wants the chunks, not the end alone.</param>
    /// <param name="afterSequence">The last sequence that the reader has.</param>
    GenerationFeed CreateFeed(Guid generationId, bool withChunks, long afterSequence);

    /// <summary>Lets a feed hear, so that nothing of the request is missed, and sends it after what comes first. A failure ends the feed as well.</summary>
    /// <param name="feed">What hears.</param>
    /// <param name="request">The request.</param>
    /// <param name="first">What is done before it is sent. Default: nothing.</param>
    /// <param name="cancellationToken">Ends the waiting; the request may still arrive.</param>
    Task OpenAsync(GenerationFeed feed, GenerateRequested request, Func<CancellationToken, Task>? first, CancellationToken cancellationToken);

    /// <summary>Lets a feed hear of a generation: what has been, and what comes. A failure ends the feed as well.</summary>
    /// <param name="feed">What hears.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    Task JoinAsync(GenerationFeed feed, CancellationToken cancellationToken);

    /// <summary>The feed's reader has taken a chunk, so there may be room for more.</summary>
    /// <param name="feed">Which one.</param>
    void Continue(GenerationFeed feed);

    /// <summary>The feed's reader has gone.</summary>
    /// <param name="feed">Which one.</param>
    void Leave(GenerationFeed feed);

    /// <summary>Asks about a session, under one id until it is answered.</summary>
    /// <param name="request">The question.</param>
    /// <param name="cancellationToken">Ends the waiting; it may be done.</param>
    /// <returns>The answer, which may be a problem, and how often it was asked for.</returns>
    Task<(SessionAnswered Answer, int Times)> AskAsync(SessionRequested request, CancellationToken cancellationToken);

    /// <summary>Asks what models can do.</summary>
    /// <param name="request">The question.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="ProviderNotFoundException">There is no such provider.</exception>
    Task<IReadOnlyList<ModelCapabilities>> AskAsync(CapabilitiesRequested request, CancellationToken cancellationToken);

    /// <summary>Stores bytes.</summary>
    /// <param name="tenant">Whose they are. Default: whose the connection is.</param>
    /// <param name="mediaType">One of <see cref="MediaTypes.Images"/> or <see cref="MediaTypes.Texts"/>.</param>
    /// <param name="name">The file's name, if it has one.</param>
    /// <param name="bytes">The bytes; they are not changed.</param>
    /// <param name="cancellationToken">Ends the waiting; they may have been stored.</param>
    /// <returns>Their id.</returns>
    Task<Guid> UploadAsync(string? tenant, string mediaType, string? name, byte[] bytes, CancellationToken cancellationToken);

    /// <summary>Removes stored bytes.</summary>
    /// <param name="tenant">Whose they are. Default: whose the connection is.</param>
    /// <param name="contentId">Which.</param>
    /// <param name="cancellationToken">Ends the waiting; they may have been removed.</param>
    /// <returns>False if there are none of that id.</returns>
    Task<bool> DeleteUploadAsync(string? tenant, Guid contentId, CancellationToken cancellationToken);
}
