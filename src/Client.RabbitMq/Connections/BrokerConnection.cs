using System.Runtime.CompilerServices;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Millrace.Client.Errors;
using Millrace.Client.RabbitMq.Abstractions;
using Millrace.Client.RabbitMq.Attachments;
using Millrace.Client.RabbitMq.Broker;
using Millrace.Client.RabbitMq.Inbox;
using Millrace.Client.RabbitMq.Options;
using Millrace.Client.RabbitMq.Requests;
using Millrace.Client.RabbitMq.Tools;
using Millrace.Client.Streaming;
using Millrace.Contracts;

namespace Millrace.Client.RabbitMq.Connections;

/// <summary>The fleet over the broker: requests go out confirmed, events arrive in an inbox, and what was missed is read from the log.</summary>
internal sealed class BrokerConnection : IFleetConnection
{
    private const string EveryApproval = "approval.#";

    private readonly IBus bus;
    private readonly TimeProvider time;
    private readonly ClientInbox inbox;
    private readonly RequestPublisher publisher;
    private readonly RepeatedQuestion question;
    private readonly IContentUploads? uploads;
    private readonly BrokerUploads brokerUploads;
    private readonly EndpointWatch? watch;

    public BrokerConnection(
        IBus bus, MillraceClientOptions options, ILogger log, TimeProvider time, IContentUploads? uploads, IReplaySource? replays, EndpointWatch? watch)
    {
        (this.bus, this.time, this.watch) = (bus, time, watch);
        publisher = new RequestPublisher(bus, options, time);
        inbox = new ClientInbox(bus, options, replays ?? new BrokerReplays(publisher), time, log, watch);
        question = new RepeatedQuestion(inbox, publisher, options, time);
        this.uploads = uploads;
        brokerUploads = new BrokerUploads(inbox, question, time);
        MaxAttachmentBytes = options.MaxAttachmentBytes;
    }

    /// <summary>A client on a connection of its own.</summary>
    public static MillraceClient Client(
        IBus bus,
        MillraceClientOptions options,
        ILogger<MillraceClient>? logger,
        TimeProvider? time,
        IContentUploads? uploads,
        IReplaySource? replays,
        EndpointWatch? watch)
    {
        time ??= TimeProvider.System;
        ILogger log = logger ?? NullLogger<MillraceClient>.Instance;
        return new MillraceClient(new BrokerConnection(bus, options, log, time, uploads, replays, watch), time);
    }

    /// <summary>The connection of a client, for what has no other way to the fleet.</summary>
    /// <exception cref="NotSupportedException">The client speaks HTTP.</exception>
    public static BrokerConnection Of(MillraceClient client) => client.Connection as BrokerConnection ?? throw new NotSupportedException(
        "This client speaks HTTP to a gateway, and channels, tools and the questions about their calls go over the broker. " +
        "Register the client with AddMillraceClient for them.");

    /// <summary>The label of this client's own requests.</summary>
    public string Channel => inbox.Label;

    public int MaxAttachmentBytes { get; }

    public async Task SubmitAsync(GenerateRequested request, CancellationToken cancellationToken)
    {
        await inbox.ReadyAsync(cancellationToken);
        await SendAsync(request, cancellationToken);
    }

    public Task CancelAsync(CancelGeneration request, CancellationToken cancellationToken) =>
        PublishAsync(request, cancellationToken);

    public Task DecideAsync(DecideToolCall decision, CancellationToken cancellationToken) =>
        PublishAsync(decision, cancellationToken);

    public GenerationFeed CreateFeed(GenerateRequested request, bool withChunks) =>
        inbox.CreateFeed(request.GenerationId, submittedHere: true, withChunks);

    public GenerationFeed CreateFeed(Guid generationId, bool withChunks, long afterSequence) =>
        inbox.CreateFeed(generationId, inbox.Recent.Find(generationId) is not null, withChunks, afterSequence);

    /// <summary>Listens, then sends, after what comes first.</summary>
    public Task OpenAsync(
        GenerationFeed feed, GenerateRequested request, Func<CancellationToken, Task>? first, CancellationToken cancellationToken) =>
        inbox.OpenAsync(
            feed,
            anyChannel: request.Channel is not null,
            async () =>
            {
                if (first is not null)
                    await first(cancellationToken);
                await SendAsync(request, cancellationToken);
            },
            cancellationToken);

    /// <summary>Listens, then asks the log for what has been.</summary>
    public Task JoinAsync(GenerationFeed feed, CancellationToken cancellationToken)
    {
        var submission = inbox.Recent.Find(feed.Id);
        if (submission?.Rejected is { } rejected)
        {
            feed.Fail(new RequestRejectedException(rejected));
            return Task.CompletedTask;
        }

        return inbox.OpenAsync(
            feed,
            anyChannel: submission is not { Labelled: true },
            () =>
            {
                inbox.AskNow(feed);
                return Task.CompletedTask;
            },
            cancellationToken);
    }

    public void Continue(GenerationFeed feed) => inbox.Continue(feed);

    public void Leave(GenerationFeed feed) => inbox.Leave(feed);

    /// <summary>Under an id of its own for each call: the request's is the asker's choice, and others may have chosen the same.</summary>
    public async Task<(SessionAnswered Answer, int Times)> AskAsync(SessionRequested request, CancellationToken cancellationToken)
    {
        var asked = request with { Channel = Channel, CallId = Guid.NewGuid() };
        var (answer, times) = await question.AskAsync(asked, () => inbox.Word.Sessions.Expect(asked), $"a session ({request.Operation})", cancellationToken);
        return (answer with { CallId = null }, times);
    }

    public async Task<IReadOnlyList<ModelCapabilities>> AskAsync(
        CapabilitiesRequested request, CancellationToken cancellationToken)
    {
        var (answered, _) = await question.AskAsync(
            request with { Channel = Channel }, () => inbox.Word.Capabilities.Expect(request.RequestId), "what models can do", cancellationToken);
        return answered.Problem is { } problem ? throw new ProviderNotFoundException(problem) : answered.Models;
    }

    public Task<Guid> UploadAsync(
        string? tenant, string mediaType, string? name, byte[] bytes, CancellationToken cancellationToken) =>
        uploads is null
            ? brokerUploads.AddAsync(tenant, mediaType, name, bytes, cancellationToken)
            : uploads.AddAsync(tenant ?? Tenants.Default, mediaType, name, bytes, cancellationToken);

    public Task<bool> DeleteUploadAsync(string? tenant, Guid contentId, CancellationToken cancellationToken) =>
        uploads is null
            ? brokerUploads.DeleteAsync(tenant, contentId, cancellationToken)
            : uploads.DeleteAsync(tenant ?? Tenants.Default, contentId, cancellationToken);

    /// <summary>Tells the fleet of a tool, or takes one back.</summary>
    public async Task<ToolRegistered> RegisterAsync(RegisterTool request, CancellationToken cancellationToken)
    {
        var asked = request with { Channel = Channel };
        var (answer, _) = await question.AskAsync(
            asked, () => inbox.Word.Registrations.Expect(asked.RequestId), $"the tool '{asked.Name}'", cancellationToken);
        return answer;
    }

    /// <summary>Takes a tool back.</summary>
    public Task<ToolRegistered> RemoveAsync(string tool, CancellationToken cancellationToken) =>
        RegisterAsync(new RegisterTool { RequestId = NewId(), Name = tool, Remove = true }, cancellationToken);

    /// <summary>Begins to offer a tool.</summary>
    public OfferedTool Offer(RemoteTool tool, IServiceScopeFactory scopes, ILogger log)
    {
        var calls = new ToolCalls(tool, publisher, scopes, this.time, log);
        var offered = new OfferedTool(tool, token => RegisterAsync(tool.Offer(NewId(), Channel), token), calls, this.time, log);
        offered.Start(this.bus, this.watch);
        return offered;
    }

    /// <summary>The calls that wait for consent, from now on.</summary>
    public async IAsyncEnumerable<ToolApprovalRequested> ApprovalsAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var heard = false;
        try
        {
            await foreach (var asked in inbox.Word.Approvals.ReadAsync(ListenAsync, cancellationToken))
                yield return asked;
        }
        finally
        {
            if (heard)
                inbox.Unhear(EveryApproval);
        }

        async Task ListenAsync(CancellationToken token)
        {
            await inbox.HearAsync(EveryApproval, token);
            heard = true;
        }
    }

    public ValueTask DisposeAsync() => inbox.DisposeAsync();

    private Guid NewId() => Guid.CreateVersion7(this.time.GetUtcNow());

    private async Task PublishAsync<T>(T request, CancellationToken cancellationToken) where T : class
    {
        await inbox.ReadyAsync(cancellationToken);
        await publisher.PublishAsync(request, messageId: null, cancellationToken);
    }

    private Task SendAsync(GenerateRequested request, CancellationToken cancellationToken)
    {
        inbox.Recent.Add(request.GenerationId, labelled: request.Channel is null);
        var labelled = request with { Channel = request.Channel ?? Channel };
        return publisher.PublishAsync(labelled, request.GenerationId, cancellationToken);
    }
}
