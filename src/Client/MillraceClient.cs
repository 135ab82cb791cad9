using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Millrace.Client.Chat;
using Millrace.Client.Errors;
using Millrace.Client.Http;
using Millrace.Client.Options;
using Millrace.Client.Sessions;
using Millrace.Client.Streaming;
using Millrace.Contracts;

namespace Millrace.Client;

/// <summary>
/// Submits generations to a fleet of Millrace workers and follows them. One per process is enough: it is safe for concurrent use and made for
/// thousands of generations at once. Register it with <see cref="MillraceHttpServices.AddMillraceHttpClient"/> where there is a gateway, or with
/// <c>AddMillraceClient</c> of Millrace.Client.RabbitMq where there is a broker.
/// </summary>
/// <remarks>
/// It connects at the first call. A token given to a method ends the caller's waiting and never the generation; only
/// <see cref="CancelAsync"/> does that. Every method can throw <see cref="FleetUnreachableException"/> when the broker or the gateway is not there in time, and
/// <see cref="ObjectDisposedException"/> after disposal; over HTTP also <see cref="AccessRefusedException"/> and <see cref="RateLimitedException"/>.
/// </remarks>
public sealed partial class MillraceClient : IAsyncDisposable
{
    private readonly GenerationCalls calls;
    private readonly SessionAsker asker;

    /// <summary>Makes a client that speaks HTTP to a gateway. See <see cref="MillraceHttpServices.AddMillraceHttpClient"/>.</summary>
    /// <param name="options">The gateway, waiting times and limits.</param>
    /// <param name="logger">Gets ids, never content. Default: none.</param>
    /// <param name="time">The clock for waiting times and new ids. Default: the system's.</param>
    /// <exception cref="ArgumentException">There is no gateway, or an option is out of its range.</exception>
    public MillraceClient(
        MillraceHttpOptions options, ILogger<MillraceClient>? logger = null, TimeProvider? time = null)
        : this(OverHttp(options, logger, time ?? TimeProvider.System), time)
    {
    }

    /// <summary>Makes a client on a connection, which it disposes with itself.</summary>
    /// <param name="connection">How it reaches the fleet.</param>
    /// <param name="time">The clock for new ids. Default: the system's.</param>
    public MillraceClient(IFleetConnection connection, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(connection);
        Connection = connection;
        calls = new GenerationCalls(connection, time ?? TimeProvider.System);
        asker = new SessionAsker(connection, time ?? TimeProvider.System);
    }

    /// <summary>How the client reaches the fleet. For libraries that add to what it can do.</summary>
    public IFleetConnection Connection { get; }

    /// <summary>
    /// The channel label of this client's own requests, <c>c-</c> and 16 hexadecimal digits: the channel of every request that names none.
    /// </summary>
    /// <exception cref="NotSupportedException">The client speaks HTTP: a request that names no channel gets the gateway's.</exception>
    public string Channel => Connection.Channel;

    /// <summary>
    /// Sends a request and returns when the broker has confirmed it, or the gateway has taken it. The answer is for <see cref="WaitAsync"/> or another service.
    /// </summary>
    /// <param name="request">The request. Without a channel it gets <see cref="Channel"/>.</param>
    /// <param name="cancellationToken">Ends the waiting; the request may still arrive.</param>
    /// <returns>The request's <see cref="GenerateRequested.GenerationId"/>.</returns>
    /// <exception cref="ArgumentException">The id is empty, or the request is too large.</exception>
    /// <exception cref="NoWorkersException">Nobody takes the request.</exception>
    /// <exception cref="GenerationFailedException">Over HTTP alone: it is invalid, which the gateway knows at once.</exception>
    /// <exception cref="RequestRejectedException">Over HTTP alone: its id belongs to another request. On the broker <see cref="WaitAsync"/> says so.</exception>
    public Task<Guid> SubmitAsync(GenerateRequested request, CancellationToken cancellationToken = default) =>
        calls.SubmitAsync(request, cancellationToken);

    /// <summary>Sends a prompt under a new id. See <see cref="SubmitAsync(GenerateRequested, CancellationToken)"/>.</summary>
    /// <param name="prompt">The user's message.</param>
    /// <param name="model">The model, also as <c>provider/model</c>. Default: the workers' default.</param>
    /// <param name="cancellationToken">Ends the waiting; the request may still arrive.</param>
    /// <returns>The new generation's id.</returns>
    public Task<Guid> SubmitAsync(string prompt, string? model = null, CancellationToken cancellationToken = default) =>
        SubmitAsync(calls.Request(prompt, model), cancellationToken);

    /// <summary>Waits for the end of a generation, whoever requested it and whether it is still to come or long past.</summary>
    /// <param name="generationId">Which generation.</param>
    /// <param name="cancellationToken">Ends the waiting, not the generation.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="GenerationFailedException">It failed.</exception>
    /// <exception cref="GenerationCancelledException">It was cancelled.</exception>
    /// <exception cref="RequestRejectedException">This client's request of that id was rejected.</exception>
    /// <exception cref="GenerationNotFoundException">The fleet does not know it.</exception>
    public Task<GenerationCompleted> WaitAsync(Guid generationId, CancellationToken cancellationToken = default) =>
        calls.WaitAsync(generationId, cancellationToken);

    /// <summary>Sends a request and waits for its answer. Throws what <see cref="SubmitAsync(GenerateRequested, CancellationToken)"/> and <see cref="WaitAsync"/> throw.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Ends the waiting, not the generation.</param>
    /// <returns>The answer.</returns>
    public Task<GenerationCompleted> GenerateAsync(
        GenerateRequested request, CancellationToken cancellationToken = default) =>
        calls.GenerateAsync(request, first: null, cancellationToken);

    /// <summary>Sends a prompt under a new id and waits for its answer.</summary>
    /// <param name="prompt">The user's message.</param>
    /// <param name="model">The model, also as <c>provider/model</c>. Default: the workers' default.</param>
    /// <param name="cancellationToken">Ends the waiting, not the generation.</param>
    /// <returns>The answer.</returns>
    public Task<GenerationCompleted> GenerateAsync(
        string prompt, string? model = null, CancellationToken cancellationToken = default) =>
        GenerateAsync(calls.Request(prompt, model), cancellationToken);

    /// <summary>
    /// Sends a request, at once, and streams what the model says. It listens before it sends, so nothing is missed. What goes wrong on the
    /// way is thrown by the enumeration.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Ends the sending and the reading, not the generation.</param>
    /// <exception cref="ArgumentException">The id is empty.</exception>
    public GenerationStream StreamAsync(GenerateRequested request, CancellationToken cancellationToken = default) =>
        calls.StreamAsync(request, first: null, cancellationToken);

    /// <summary>Sends a prompt under a new id and streams what the model says.</summary>
    /// <param name="prompt">The user's message.</param>
    /// <param name="model">The model, also as <c>provider/model</c>. Default: the workers' default.</param>
    /// <param name="cancellationToken">Ends the sending and the reading, not the generation.</param>
    public GenerationStream StreamAsync(
        string prompt, string? model = null, CancellationToken cancellationToken = default) =>
        StreamAsync(calls.Request(prompt, model), cancellationToken);

    /// <summary>Streams a generation that exists, from the beginning or after a chunk that the reader already has, while it runs or after its end.</summary>
    /// <param name="generationId">Which generation, whoever requested it.</param>
    /// <param name="afterSequence">The last sequence that the reader has. Default: 0, from the beginning.</param>
    /// <param name="cancellationToken">Ends the reading, not the generation.</param>
    /// <exception cref="ArgumentException">The id is empty, or the sequence below 0.</exception>
    public GenerationStream FollowAsync(
        Guid generationId, long afterSequence = 0, CancellationToken cancellationToken = default) =>
        calls.FollowAsync(generationId, afterSequence, cancellationToken);

    /// <summary>
    /// Asks to end a generation, and returns when the broker or the gateway has confirmed the question. Who waits for it gets
    /// <see cref="GenerationCancelledException"/>, or the end that came first.
    /// </summary>
    /// <param name="generationId">Which generation; also one whose request has not arrived yet, over HTTP if it is this client's.</param>
    /// <param name="reason">Why, for the record; at most 512 characters. Default: none.</param>
    /// <param name="cancellationToken">Ends the waiting; the question may still arrive.</param>
    /// <exception cref="NoWorkersException">Nobody takes the request.</exception>
    /// <exception cref="GenerationNotFoundException">Over HTTP alone: there is none.</exception>
    public Task CancelAsync(Guid generationId, string? reason = null, CancellationToken cancellationToken = default) =>
        calls.CancelAsync(generationId, reason, cancellationToken);

    /// <summary>
    /// Asks a worker what providers and models can do: the table that the workers themselves go by, and no provider is called. With a model it is one
    /// entry, with a provider alone that one and its default model, with neither all providers, by name.
    /// </summary>
    /// <param name="provider">The configured provider's name. Default: where a request with this model would go.</param>
    /// <param name="model">The model, also as <c>provider/model</c>. Default: the provider's default model.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="ProviderNotFoundException">There is no such provider; the message names those there are.</exception>
    /// <exception cref="NoWorkersException">Nobody takes the request.</exception>
    public Task<IReadOnlyList<ModelCapabilities>> CapabilitiesAsync(
        string? provider = null, string? model = null, CancellationToken cancellationToken = default)
    {
        var question = new CapabilitiesRequested { RequestId = calls.NewId(), Provider = provider, Model = model };
        return Connection.AskAsync(question, cancellationToken);
    }

    /// <summary>
    /// The fleet as an <see cref="IChatClient"/> of Microsoft.Extensions.AI. Safe for concurrent use; disposing it leaves this client alone.
    /// <see cref="ChatOptions.Tools"/> are functions by name: the fleet runs what it has under that name, never a function of this process. The calls and
    /// results are in the response, the calls as <see cref="FunctionCallContent.InformationalOnly"/>, so that nobody runs them a second time.
    /// </summary>
    /// <param name="model">The model, also as <c>provider/model</c>; <see cref="ChatOptions.ModelId"/> goes before it. Default: the workers' default.</param>
    /// <param name="cancelAbandoned">
    /// Whether a generation is cancelled when the token of its call is, or when its stream is left early. Default: yes, because nobody else
    /// knows its id.
    /// </param>
    public IChatClient AsChatClient(string? model = null, bool cancelAbandoned = true) =>
        new FleetChatClient(calls, model, cancelAbandoned, owner: this);

    /// <summary>Disconnects. Who still waits gets <see cref="ObjectDisposedException"/>; generations go on.</summary>
    public ValueTask DisposeAsync() => Connection.DisposeAsync();

    private static HttpConnection OverHttp(
        MillraceHttpOptions options, ILogger<MillraceClient>? logger, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (new HttpOptionsRules().Validate(null, options) is { Failed: true } invalid)
            throw new ArgumentException(invalid.FailureMessage, nameof(options));
        return new HttpConnection(options, logger ?? NullLogger<MillraceClient>.Instance, time);
    }
}
