using Millrace.Client;
using Millrace.Contracts;
using Millrace.Gateway.Access;
using Millrace.Gateway.Errors;
using Millrace.Persistence;

namespace Millrace.Gateway.Requests;

/// <summary>
/// The way of a request into the fleet: (1) the caller's limits, (2) publish, with a reader that listens already, (3) where the answer needs it, wait until
/// the fleet has taken it, so that every gateway knows it from then on.
/// </summary>
internal sealed class Submission(MillraceClient client, GenerationStore generations, ModelNames models, TimeProvider time)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(200);

    /// <summary>How long the fleet may take to take it. After that the request is in its queue, and the answer says so.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>Publishes at once and streams. What goes wrong is thrown by the stream.</summary>
    public async Task<GenerationStream> OpenAsync(Caller caller, GenerateRequested request, CancellationToken cancellation)
    {
        // 1
        await Task.CompletedTask;
        // 2
        return client.StreamAsync(request with { Tenant = caller.Tenant, Model = models.Resolve(request.Model) }, cancellation);
    }

    /// <summary>
    /// For a request whose id may be known: refuses it before it is sent. The workers would refuse it too, but what they say to one caller of an id they say to
    /// all of this gateway's.
    /// </summary>
    /// <exception cref="FaultException">Its id belongs to another request.</exception>
    public async Task CheckRepeatAsync(Caller caller, GenerateRequested request, CancellationToken cancellation)
    {
        if (await generations.FindAsync(caller.Tenant, request.GenerationId, cancellation) is { } run && !run.RequestHash.AsSpan().SequenceEqual(HashOf(caller, request)))
            throw Different(request.GenerationId);
    }

    /// <summary>The row of a request that has been sent, or null while the fleet has not come to it.</summary>
    /// <exception cref="FaultException">Its id belongs to another request.</exception>
    public async Task<StoredRun?> TakenAsync(Caller caller, GenerateRequested request, GenerationStream stream, CancellationToken cancellation)
    {
        await stream.Opened.WaitAsync(cancellation);
        var hash = HashOf(caller, request);
        var (began, pause) = (time.GetTimestamp(), FirstPause);
        while (time.GetElapsedTime(began) < Patience)
        {
            if (await generations.FindAsync(caller.Tenant, request.GenerationId, cancellation) is { } run)
                return run.RequestHash.AsSpan().SequenceEqual(hash) ? run : throw Different(request.GenerationId);
            if (stream.Completion is { IsFaulted: true, Exception.InnerException: RequestRejectedException rejected }) throw rejected;
            await Task.Delay(pause, time, cancellation);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
        return null;
    }

    private byte[] HashOf(Caller caller, GenerateRequested request) => RequestHash.Of(request with { Tenant = caller.Tenant, Model = models.Resolve(request.Model) });

    private static FaultException Different(Guid id) => new(new(409, "different_request",
        $"Generation {id} exists with a different request; it is untouched. Use another id or {IdempotencyKey.Header}.") { GenerationId = id });
}
