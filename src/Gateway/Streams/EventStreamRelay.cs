using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Millrace.Client;
using Millrace.Client.Streaming;
using Millrace.Dialects.Errors;
using Millrace.Gateway.Access;
using Millrace.Gateway.Errors;
using Millrace.Gateway.Requests;
using Millrace.Gateway.Settings;

namespace Millrace.Gateway.Streams;

/// <summary>
/// Sends a generation to one reader: (1) wait for the first chunk, so that what fails before it fails by HTTP status, but no longer than a silence may last,
/// (2) chunk by chunk, comments between them, for as long as the reader's key is valid, (3) the end. A slow reader holds nobody up: what it has no room for is
/// read again from the log.
/// </summary>
internal sealed class EventStreamRelay(MillraceClient client, GatewayShutdown closing, IOptions<GatewayOptions> options, TimeProvider time)
{
    public async Task RelayAsync(HttpContext http, GenerationStream stream, IEventFormat format, RelayOptions how)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, how.CanResume ? closing.Now : closing.Late);
        await using var chunks = new ChunkReader(stream, ending);
        try
        {
            await RelayAsync(http, stream, chunks, format, how, ending.Token);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested && how.CancelOnDisconnect && RequestSubmitter.HasAdmitted(http, stream.GenerationId))
        {
            await client.CancelAsync(stream.GenerationId, "The reader has disconnected.", CancellationToken.None);
        }
    }

    private async Task RelayAsync(HttpContext http, GenerationStream stream, ChunkReader chunks, IEventFormat format, RelayOptions how, CancellationToken cancellation)
    {
        var writer = new EventWriter(http, options.Value.KeepAlive, time);
        // 1
        if (!how.AtOnce && await FirstFaultAsync(chunks, cancellation) is { } first)
        {
            await FaultWriter.WriteAsync(http, first);
            return;
        }
        await writer.BeginAsync();
        await WriteAsync(writer, format.Begin());
        // 2
        IReadOnlyList<ServerEvent> end;
        try
        {
            for (; await HasNextAsync(http, writer, chunks, cancellation); chunks.Advance())
                await WriteAsync(writer, format.Tell(chunks.Current));
            end = [.. chunks.Failure is { } failure ? format.Fail(failure) : format.End(await stream.Completion)];
        }
        catch (Exception fault) when (ErrorMap.IsExpected(fault))
        {
            end = [.. format.Fail(fault)];
        }
        // 3
        await WriteAsync(writer, end);
        await writer.FlushAsync();
    }

    /// <summary>Why there will be no first word. From the time that a silence may last on, comments say that somebody is there, and what fails is an event.</summary>
    private async Task<Fault?> FirstFaultAsync(ChunkReader chunks, CancellationToken cancellation)
    {
        await ((Task)chunks.Next.WaitAsync(options.Value.KeepAlive, time, cancellation)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellation.ThrowIfCancellationRequested();
        if (chunks.Failure is not { } failure) return null;
        if (!ErrorMap.IsExpected(failure)) await chunks.Next;
        return ErrorMap.Of(failure);
    }

    /// <summary>False at the end, also when that is a failure that the reader is told of.</summary>
    private static async Task<bool> HasNextAsync(HttpContext http, EventWriter writer, ChunkReader chunks, CancellationToken cancellation)
    {
        if (http.KeyWatch() is { } key) await key.LookSometimesAsync(cancellation);
        await writer.WaitAsync(chunks.Next, cancellation);
        return (chunks.Failure is not { } failure || !ErrorMap.IsExpected(failure)) && await chunks.Next;
    }

    private static async Task WriteAsync(EventWriter writer, IEnumerable<ServerEvent> events)
    {
        foreach (var told in events) await writer.WriteAsync(told);
    }
}
