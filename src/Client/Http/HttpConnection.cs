using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Millrace.Client.Errors;
using Millrace.Client.Options;
using Millrace.Client.Requests;
using Millrace.Client.Streaming;
using Millrace.Contracts;

namespace Millrace.Client.Http;

/// <summary>The fleet over HTTP: requests go to a gateway, streams come from it, and one that stops is gone on with at any other behind the same address.</summary>
internal sealed partial class HttpConnection(MillraceHttpOptions options, ILogger log, TimeProvider time) : IFleetConnection
{
    private readonly GatewayCalls calls = new(options.Gateway!, options.ApiKey, time);
    private readonly ConcurrentDictionary<GenerationFeed, Following> following = new();
    private readonly RecentSubmissions recent = new(10_000);
    private volatile bool disposed;

    public string Channel => throw new NotSupportedException(
        "This client speaks HTTP to a gateway, and channels, tools and the questions about their calls go over the broker. " +
        "Register the client with AddMillraceClient for them.");

    public int MaxAttachmentBytes => options.MaxAttachmentBytes;

    public async Task SubmitAsync(GenerateRequested request, CancellationToken cancellationToken)
    {
        CheckTenant(request.Tenant);
        var json = RequestJson.Of(request, options.MaxRequestBytes);
        recent.Add(request.GenerationId, labelled: false);
        try
        {
            await calls.AskAsync<NoAnswer>(
                () => GatewayCalls.Post("api/generations", json), options.PublishTimeout, nameof(GenerateRequested), cancellationToken);
        }
        catch (RefusedException e)
        {
            throw await FaultAsync(e.Refusal, request.GenerationId, cancellationToken);
        }
    }

    public GenerationFeed CreateFeed(GenerateRequested request, bool withChunks) =>
        CreateFeed(request.GenerationId, submittedHere: true, withChunks, 0);

    public GenerationFeed CreateFeed(Guid generationId, bool withChunks, long afterSequence) =>
        CreateFeed(generationId, recent.Find(generationId) is not null, withChunks, afterSequence);

    /// <summary>Sends first and reads then: the gateway has the log, so nothing falls between the two.</summary>
    public async Task OpenAsync(
        GenerationFeed feed, GenerateRequested request, Func<CancellationToken, Task>? first, CancellationToken cancellationToken)
    {
        try
        {
            if (first is not null)
                await first(cancellationToken);
            await SubmitAsync(request, cancellationToken);
            _ = Begin(feed, known: true);
        }
        catch (GenerationFailedException e)
        {
            feed.End(Outcome.Of(e.Failed));
        }
        catch (Exception e)
        {
            feed.Fail(e);
            throw;
        }
    }

    public async Task JoinAsync(GenerationFeed feed, CancellationToken cancellationToken)
    {
        try
        {
            await Begin(feed, known: false).WaitAsync(cancellationToken);
        }
        catch (Exception e)
        {
            feed.Fail(e);
            Leave(feed);
            throw;
        }
    }

    public void Continue(GenerationFeed feed)
    {
        if (following.TryGetValue(feed, out var one))
            one.Continue();
    }

    public void Leave(GenerationFeed feed)
    {
        feed.Close();
        if (following.TryRemove(feed, out var one))
            one.Stop();
    }

    public ValueTask DisposeAsync()
    {
        disposed = true;
        foreach (var (feed, one) in following)
        {
            feed.Fail(new ObjectDisposedException("MillraceClient"));
            one.Stop();
        }

        calls.Dispose();
        return ValueTask.CompletedTask;
    }

    private GenerationFeed CreateFeed(Guid id, bool submittedHere, bool withChunks, long afterSequence) =>
        new(id, new FeedOptions
        {
            SubmittedHere = submittedHere,
            Buffer = withChunks ? options.StreamBuffer : null,
            AfterSequence = afterSequence,
            UnknownAfter = options.UnknownAfter,
        });

    /// <summary>Begins to follow. Completes when the gateway has answered.</summary>
    [SuppressMessage("Maintainability", "CA1513", Justification = "What the caller has disposed of is the client, which stands above.")]
    private Task Begin(GenerationFeed feed, bool known)
    {
        if (disposed)
            throw new ObjectDisposedException("MillraceClient");
        var one = new Following(feed, calls, options, time, log);
        following[feed] = one;
        var contact = one.StartAsync(known, ended: () => following.TryRemove(feed, out _));
        if (disposed || !feed.Listening)
            Leave(feed); // the reader went, or the client, before it was there to be found
        return contact;
    }

    /// <summary>Why a request was not taken. An invalid one has become a generation that has failed, and the gateway knows how.</summary>
    private async Task<Exception> FaultAsync(Refusal refusal, Guid id, CancellationToken cancellationToken)
    {
        if (refusal.Code == "different_request")
        {
            return new RequestRejectedException(
                new() { GenerationId = id, Reason = RejectionReason.DifferentRequest, Message = refusal.Detail ?? "" });
        }

        if (refusal.Code == "erased")
            return new GenerationNotFoundException(id);
        if (refusal.GenerationId is null)
            return refusal.ToException(calls.Where);
        var standing = await AskAsync<GenerationStanding>(
            () => GatewayCalls.Get($"api/generations/{id}"), options.PublishTimeout, $"generation {id}", cancellationToken);
        return standing.Failed is { } failed ? new GenerationFailedException(failed) : refusal.ToException(calls.Where);
    }

    private async Task<T> AskAsync<T>(
        Func<HttpRequestMessage> request, TimeSpan within, string about, CancellationToken cancellationToken) where T : class
    {
        try
        {
            return (await calls.AskAsync<T>(request, within, about, cancellationToken)).Answer!;
        }
        catch (RefusedException e)
        {
            throw e.Refusal.ToException(calls.Where);
        }
    }

    /// <summary>To let it go unsaid would put what is somebody's into another's drawer.</summary>
    private static void CheckTenant(string? tenant)
    {
        if (tenant is not null)
            throw new ArgumentException($"The tenant is '{tenant}'; over HTTP it is the API key's and cannot be named. Leave it out, and use that tenant's key.", nameof(tenant));
    }
}
