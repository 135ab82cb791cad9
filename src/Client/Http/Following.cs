using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net.ServerSentEvents;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Millrace.Client.Errors;
using Millrace.Client.Options;
using Millrace.Client.Streaming;
using Millrace.Contracts;

namespace Millrace.Client.Http;

/// <summary>
/// Fills one feed for as long as its reader waits: from a stream, opened again behind the last chunk when it breaks off, or for the end alone by asking for it.
/// A reader that is slow stops the reading, and so in the end the gateway's writing; nothing is dropped.
/// </summary>
[SuppressMessage("Reliability", "CA1001", Justification = "The source has neither a timer nor a parent: there is nothing to dispose of.")]
internal sealed partial class Following(GenerationFeed feed, GatewayCalls calls, MillraceHttpOptions options, TimeProvider time, ILogger log)
{
    /// <summary>How long the gateway is to wait for the end. Proxies give up on a silent answer after a minute or less.</summary>
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(25);

    /// <summary>How long a reader may be slow before the end is asked for, past what it has not read yet.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource stopping = new();
    private readonly TaskCompletionSource contact = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile TaskCompletionSource? room;

    /// <summary>Begins.</summary>
    /// <param name="known">The gateway was there a moment ago: one that is not there is waited for without end.</param>
    /// <param name="ended">Called when there is nothing more to do.</param>
    /// <returns>Completes when the gateway has answered. Fails if it does not in time, or refuses.</returns>
    public Task StartAsync(bool known, Action ended)
    {
        if (known)
            contact.TrySetResult();
        _ = RunAsync(ended);
        return contact.Task;
    }

    /// <summary>The reader has taken something.</summary>
    public void Continue()
    {
        if (room is { } waiting && feed.Fill.HasRoom)
            waiting.TrySetResult();
    }

    /// <summary>The reader has gone.</summary>
    public void Stop() => stopping.Cancel();

    private TimeSpan Now => time.GetElapsedTime(0);

    private async Task RunAsync(Action ended)
    {
        try
        {
            await RepeatAsync(feed.WantsChunks ? ReadAsync : PollAsync, stopping.Token);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The reader has gone, or the client; the feed knows which.
        }
        catch (Exception e)
        {
            feed.Fail(e);
            if (contact.TrySetException(e))
                _ = contact.Task.Exception; // not everyone waits for it
        }

        contact.TrySetResult();
        ended();
    }

    /// <summary>Does it until it says that it is done, over everything that passes.</summary>
    private async Task RepeatAsync(Func<Pauses, CancellationToken, Task<bool>> once, CancellationToken cancellation)
    {
        var (pauses, began) = (new Pauses(), time.GetTimestamp());
        while (true)
        {
            Exception? last = null;
            try
            {
                if (await once(pauses, cancellation))
                    return;
            }
            catch (RefusedException e) when (e.Refusal.IsUnknown)
            {
                contact.TrySetResult();
                feed.Unknown(Now);
                if (!feed.Listening)
                    return;
            }
            catch (RefusedException e) when (!e.Refusal.Passes)
            {
                throw e.Refusal.ToException(calls.Where);
            }
            catch (Exception e) when (e is RefusedException || GatewayCalls.IsLoss(e))
            {
                last = e;
                LogLost(log, feed.Id, e.Message);
            }

            var refusal = (last as RefusedException)?.Refusal;
            if (last is not null && !contact.Task.IsCompleted && time.GetElapsedTime(began) > options.PublishTimeout)
                throw refusal is { Status: 429 } ? refusal.ToException(calls.Where) : Unreachable(last);
            await Task.Delay(pauses.Next(refusal?.RetryAfter), time, cancellation);
        }
    }

    /// <summary>Reads the stream to its end, or as far as it goes.</summary>
    private async Task<bool> ReadAsync(Pauses pauses, CancellationToken cancellation)
    {
        var have = feed.Fill.Have;
        try
        {
            using var request = GatewayCalls.Get($"api/generations/{feed.Id}/events");
            if (have > 0)
                request.Headers.TryAddWithoutValidation("Last-Event-ID", have.ToString(CultureInfo.InvariantCulture));
            using var answer = await calls.OpenAsync(request, options.PublishTimeout, cancellation);
            contact.TrySetResult();
            await using var body = new WatchedBody(await answer.Content.ReadAsStreamAsync(cancellation), options.Silence, time);
            await foreach (var told in SseParser.Create(body, Parse).EnumerateAsync(cancellation))
            {
                pauses.Reset();
                if (Tell(told.Data))
                    return true;
                await RoomAsync(cancellation);
            }

            return false;
        }
        catch (RefusedException e) when (e.Refusal.Code == "chunks_expired")
        {
            contact.TrySetResult();
            var standing = await StandingAsync(TimeSpan.Zero, cancellation);
            feed.Add(standing.AsPage(feed.Id, feed.Fill.Have), Now);
            return true;
        }
    }

    /// <summary>Asks for the end, and waits for it a while.</summary>
    private async Task<bool> PollAsync(Pauses pauses, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        var standing = await StandingAsync(Wait, cancellation);
        contact.TrySetResult();
        if (standing.Outcome is { } outcome)
        {
            feed.End(outcome);
            return true;
        }

        if (time.GetElapsedTime(began) > Wait / 2)
            pauses.Reset(); // a gateway that is being stopped answers at once
        return false;
    }

    private async Task<GenerationStanding> StandingAsync(TimeSpan wait, CancellationToken cancellation) => await calls.TryAsync<GenerationStanding>(
        GatewayCalls.Get($"api/generations/{feed.Id}?wait={wait.TotalSeconds:0}"), wait + options.PublishTimeout, cancellation) ?? new GenerationStanding();

    /// <summary>What an event says; null for one of a gateway that is newer.</summary>
    private static object? Parse(string kind, ReadOnlySpan<byte> data) => kind switch
    {
        "chunk" => JsonSerializer.Deserialize<ChunkProduced>(data, ContractsJson.Options),
        "completed" => Outcome.Of(JsonSerializer.Deserialize<GenerationCompleted>(data, ContractsJson.Options)!),
        "failed" => Outcome.Of(JsonSerializer.Deserialize<GenerationFailed>(data, ContractsJson.Options)!),
        "cancelled" => Outcome.Of(JsonSerializer.Deserialize<GenerationCancelled>(data, ContractsJson.Options)!),
        "error" => Refusal.Of(data),
        _ => null,
    };

    /// <summary>True for the end.</summary>
    private bool Tell(object? told)
    {
        if (told is Refusal refusal)
            throw new RefusedException(refusal);
        if (told is ChunkProduced chunk)
            feed.Add(chunk, Now);
        else if (told is Outcome outcome)
            feed.End(outcome);
        return told is Outcome;
    }

    /// <summary>
    /// Waits while the feed is full, the connection open and unread. Who waits for the end and reads nothing must hear of it all the same, so it is asked for meanwhile.
    /// </summary>
    private async Task RoomAsync(CancellationToken cancellation)
    {
        if (!feed.Fill.IsFull)
            return;
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var end = WatchEndAsync(enough.Token);
        var waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        room = waiting;
        try
        {
            if (!feed.Fill.HasRoom)
                await waiting.Task.WaitAsync(cancellation);
        }
        finally
        {
            room = null;
            await enough.CancelAsync();
            await end.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task WatchEndAsync(CancellationToken cancellation)
    {
        await Task.Delay(Patience, time, cancellation);
        await RepeatAsync(PollAsync, cancellation);
    }

    private FleetUnreachableException Unreachable(Exception last) => new(
        $"The gateway at {calls.Where} did not answer about generation {feed.Id} within {options.PublishTimeout.TotalSeconds:0.###} s ({last.Message}). Check the address.", last);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The stream of {GenerationId} was lost and is opened again: {Problem}")]
    private static partial void LogLost(ILogger logger, Guid generationId, string problem);
}
