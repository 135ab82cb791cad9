using Microsoft.AspNetCore.Http;
using Millrace.Client;
using Millrace.Client.Errors;
using Millrace.Client.Streaming;
using Millrace.Contracts;
using Millrace.Dialects.Errors;
using Millrace.Gateway.Access;
using Millrace.Gateway.Quotas;
using Millrace.Persistence.Generations;
using Millrace.Persistence.Model;

namespace Millrace.Gateway.Requests;

/// <summary>
/// The way of a request into the fleet: (1) one that is there already is followed and not sent again, (2) the caller's limits, (3) publish, with a reader that
/// listens already, (4) where the answer needs it, wait until the fleet has taken it, so that every gateway knows it from then on.
/// </summary>
internal sealed class RequestSubmitter(
    MillraceClient client, GenerationStore generations, SessionIds sessions, ChosenIds chosen, ModelNames models, KeyLimits limits, SessionRoom room, TimeProvider time)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(200);

    /// <summary>How long the fleet may take to take it. After that the request is in its queue, and the answer says so.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>Sends a request and streams. What goes wrong after the sending is thrown by the stream.</summary>
    /// <param name="http">The call.</param>
    /// <param name="request">The request.</param>
    /// <param name="ownId">The caller has chosen the id itself, so it may be one that is known.</param>
    /// <exception cref="FaultException">Its id belongs to another request, or a limit of the caller's key is reached.</exception>
    public async Task<GenerationStream> OpenAsync(HttpContext http, GenerateRequested request, bool ownId = false) => await AdmitAsync(http, request, ownId, http.RequestAborted)
        ? client.FollowAsync(request.GenerationId, cancellationToken: http.RequestAborted)
        : client.StreamAsync(Complete(http.Caller(), request), http.RequestAborted);

    /// <summary>Sends a request and waits for its answer, without the chunks on the way.</summary>
    /// <exception cref="FaultException">Its id belongs to another request, or a limit of the caller's key is reached.</exception>
    public Task<GenerationCompleted> AnswerAsync(HttpContext http, GenerateRequested request, CancellationToken cancellation) =>
        SendAsync(http, request, cancellation).Unwrap();

    /// <summary>The answer that is being waited for, not awaited: a failure would be thrown once more.</summary>
    private async Task<Task<GenerationCompleted>> SendAsync(HttpContext http, GenerateRequested request, CancellationToken cancellation) =>
        await AdmitAsync(http, request, ownId: false, cancellation)
            ? client.WaitAsync(request.GenerationId, cancellation)
            : client.GenerateAsync(Complete(http.Caller(), request), cancellation);

    /// <summary>
    /// True if the generation is this call's: it was let in with it, and not followed because it was there. What ends or erases a generation asks this first.
    /// </summary>
    public static bool HasAdmitted(HttpContext http, Guid generation) => http.Features.Get<Admitted>()?.Generation == generation;

    /// <summary>Erases what this call has made, if it has ended. A generation that was there before, or is another request's, stays.</summary>
    public async Task EraseAsync(HttpContext http, GenerateRequested request)
    {
        if (!HasAdmitted(http, request.GenerationId) || await generations.FindAsync(http.Caller(), request.GenerationId, CancellationToken.None) is not { } run) return;
        if (run.RequestHash.AsSpan().SequenceEqual(RequestHash.Of(Complete(http.Caller(), request)))) await generations.EraseAsync(http.Caller(), request.GenerationId);
    }

    /// <summary>The row of a request that has been sent, or null while the fleet has not come to it.</summary>
    /// <exception cref="FaultException">Its id belongs to another request, or the fleet has refused it without a provider's word: then it is the request's fault.</exception>
    public async Task<GenerationSnapshot?> TakenAsync(Caller caller, GenerateRequested request, GenerationStream stream, CancellationToken cancellation)
    {
        try
        {
            var run = await UntilTakenAsync(caller, request, stream, cancellation);
            if (run is not null) chosen.Release(request.GenerationId); // from now on the database knows whose it is
            return run;
        }
        catch (Exception refused) when (refused is FaultException or RequestRejectedException or NoWorkersException)
        {
            chosen.Release(request.GenerationId);
            throw;
        }
    }

    private async Task<GenerationSnapshot?> UntilTakenAsync(Caller caller, GenerateRequested request, GenerationStream stream, CancellationToken cancellation)
    {
        await stream.Opened.WaitAsync(cancellation);
        var (began, pause) = (time.GetTimestamp(), FirstPause);
        while (time.GetElapsedTime(began) < Patience)
        {
            if (await FindAsync(caller, request, cancellation) is { } run)
                return run is { Attempt: 0 } && run.ReadOutcome<GenerationFailed>(GenerationState.Failed) is { } refused ? throw new FaultException(Faults.Of(refused)) : run;
            // Another's request of the same id may have been refused a moment after this one was taken: who has the row is right
            if (stream.Completion is { IsFaulted: true, Exception.InnerException: RequestRejectedException rejected })
                return await FindAsync(caller, request, cancellation) ?? throw rejected;
            await Task.Delay(pause, time, cancellation);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
        return null;
    }

    /// <summary>
    /// True for one that is there already. One whose id belongs to another request is refused before it is sent: the workers would refuse it too, but what they
    /// say to one caller of an id they say to all of this gateway's.
    /// </summary>
    private async Task<bool> AdmitAsync(HttpContext http, GenerateRequested request, bool ownId, CancellationToken cancellation)
    {
        if (!ownId) return await LookAsync(http, request, ownId, cancellation);
        // Held before the look into the database, and given back once that knows it: so nobody looks before and takes it after
        if (!chosen.TryTake(request.GenerationId, RequestHash.Of(Complete(http.Caller(), request)))) throw Different(request.GenerationId);
        try
        {
            var isThere = await LookAsync(http, request, ownId, cancellation);
            if (isThere) chosen.Release(request.GenerationId);
            return isThere;
        }
        catch
        {
            chosen.Release(request.GenerationId);
            throw;
        }
    }

    private async Task<bool> LookAsync(HttpContext http, GenerateRequested request, bool ownId, CancellationToken cancellation)
    {
        // 1
        if (ownId || IdempotencyKey.IsGiven(http))
        {
            if (await FindAsync(http.Caller(), request, cancellation) is not null) return true;
            if (await generations.OwnerAsync(request.GenerationId, cancellation) is { } owner)
                throw owner.IsErased && owner.Tenant == http.Caller().Tenant ? Erased(request.GenerationId) : Different(request.GenerationId);
        }
        await sessions.ChosenAsync(http, request.SessionId, SessionParam(http.Request.Path));
        // 2
        if (request.SessionId is { } session) await room.TakeTurnAsync(http.Caller().Tenant, session, bytes: 1, cancellation);
        await limits.UseAsync(http.Caller(), request.GenerationId, cancellation);
        http.Features.Set(new Admitted(request.GenerationId));
        return false;
    }

    private static string SessionParam(PathString path) => path.StartsWithSegments("/api", StringComparison.Ordinal) ? "sessionId"
        : path.StartsWithSegments("/v1", StringComparison.Ordinal) ? "millrace.session_id" : "session_id";

    private async Task<GenerationSnapshot?> FindAsync(Caller caller, GenerateRequested request, CancellationToken cancellation)
    {
        if (await generations.FindAsync(caller.Tenant, request.GenerationId, cancellation) is not { } run) return null;
        return run.RequestHash.AsSpan().SequenceEqual(RequestHash.Of(Complete(caller, request))) ? run : throw Different(run.Id);
    }

    private GenerateRequested Complete(Caller caller, GenerateRequested request) => request with { Tenant = caller.Tenant, Model = models.Resolve(request.Model) };

    /// <summary>The generation that a call was let in with.</summary>
    private sealed record Admitted(Guid Generation);

    private static FaultException Different(Guid id)
    {
        var message = $"Generation {id} exists with a different request; it is untouched. Use another id or {IdempotencyKey.Header}.";
        return new(new(409, "different_request", message) { GenerationId = id });
    }

    private static FaultException Erased(Guid id)
    {
        var message = $"Generation {id} has been erased, so it has nothing to answer with. Use another id or {IdempotencyKey.Header}.";
        return new(new(410, "erased", message) { GenerationId = id });
    }
}
