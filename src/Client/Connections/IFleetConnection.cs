using Millrace.Client.Streaming;
using Millrace.Contracts;

namespace Millrace.Client.Connections;

/// <summary>
/// How a client reaches the fleet: over the broker, or over HTTP by way of a gateway. What needs a broker by its nature, tools and the questions about their
/// calls, is not in it. All members are safe for concurrent use.
/// </summary>
internal interface IFleetConnection : IAsyncDisposable
{
    /// <summary>Sends a request, and returns when the broker has confirmed it or the gateway has taken it.</summary>
    Task SubmitAsync(GenerateRequested request, CancellationToken cancellationToken);

    /// <summary>Asks to end a generation; the same confirmation.</summary>
    Task CancelAsync(CancelGeneration request, CancellationToken cancellationToken);

    /// <summary>Says yes or no to a tool call; the same confirmation.</summary>
    Task DecideAsync(DecideToolCall decision, CancellationToken cancellationToken);

    /// <summary>A view for the reader of a request that is going to be sent here; it hears nothing until <see cref="OpenAsync"/>.</summary>
    GenerationFeed CreateFeed(GenerateRequested request, bool withChunks);

    /// <summary>A view for the reader of a generation, whoever requested it; it hears nothing until <see cref="JoinAsync"/>.</summary>
    GenerationFeed CreateFeed(Guid generationId, bool withChunks, long afterSequence);

    /// <summary>Lets a feed hear, so that nothing of the request is missed, and sends it after what comes first. A failure ends the feed as well.</summary>
    Task OpenAsync(GenerationFeed feed, GenerateRequested request, Func<CancellationToken, Task>? first, CancellationToken cancellationToken);

    /// <summary>Lets a feed hear of a generation: what has been, and what comes. A failure ends the feed as well.</summary>
    Task JoinAsync(GenerationFeed feed, CancellationToken cancellationToken);

    /// <summary>The feed's reader has taken a chunk, so there may be room for more.</summary>
    void Continue(GenerationFeed feed);

    /// <summary>The feed's reader has gone.</summary>
    void Leave(GenerationFeed feed);

    /// <summary>Asks about a session, under one id until it is answered; also how often it was asked.</summary>
    Task<(SessionAnswered Answer, int Times)> AskAsync(SessionRequested request, CancellationToken cancellationToken);

    /// <summary>Asks what models can do.</summary>
    /// <exception cref="ProviderNotFoundException">There is no such provider.</exception>
    Task<IReadOnlyList<ModelCapabilities>> AskAsync(CapabilitiesRequested request, CancellationToken cancellationToken);

    /// <summary>Stores bytes; gives their id.</summary>
    Task<Guid> UploadAsync(string? tenant, string mediaType, string? name, byte[] bytes, CancellationToken cancellationToken);

    /// <summary>Removes stored bytes; false if there are none of that id.</summary>
    Task<bool> DeleteUploadAsync(string? tenant, Guid contentId, CancellationToken cancellationToken);
}
