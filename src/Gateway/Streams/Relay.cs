using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Millrace.Client;
using Millrace.Contracts;
using Millrace.Gateway.Access;
using Millrace.Gateway.Errors;
using Millrace.Gateway.Hosting;
using Millrace.Gateway.Requests;

namespace Millrace.Gateway.Streams;

/// <summary>How a stream is told.</summary>
/// <param name="CanResume">The reader can go on at another gateway, so it is sent there at once when this one stops.</param>
/// <param name="CancelOnDisconnect">A reader that goes away takes the generation with it, if it was this call that made it.</param>
/// <param name="AtOnce">The form has something to say before the first chunk.</param>
internal sealed record Telling(bool CanResume = false, bool CancelOnDisconnect = false, bool AtOnce = false);

/// <summary>
/// Tells a generation to one reader: (1) wait for the first word, so that what fails before it fails by HTTP status, but no longer than a silence may last,
/// (2) chunk by chunk, comments between them, for as long as the reader's key is valid, (3) the end. A reader that is slow holds nobody up: what it has no room for is read again from the log.
/// </summary>
internal sealed class Relay(MillraceClient client, Closing closing, IOptions<GatewayOptions> options, TimeProvider time)
{
    public async Task TellAsync(HttpContext http, GenerationStream stream, IStreamForm form, Telling how)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, how.CanResume ? closing.Now : closing.Late);
        await using var chunks = new ChunkReader(stream, ending);
        try
        {
            await TellAsync(http, stream, chunks, form, how, ending.Token);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested && how.CancelOnDisconnect && Submission.HasAdmitted(http, stream.GenerationId))
        {
            await client.CancelAsync(stream.GenerationId, "The reader has disconnected.", CancellationToken.None);
        }
    }

    private async Task TellAsync(HttpContext http, GenerationStream stream, ChunkReader chunks, IStreamForm form, Telling how, CancellationToken cancellation)
    {
        var writer = new EventWriter(http, options.Value.KeepAlive, time);
        // 1
        if (!how.AtOnce) await FirstWordAsync(chunks.Next, cancellation);
        await writer.BeginAsync();
        await WriteAsync(writer, form.Begin());
        // 2
        IReadOnlyList<ServerEvent> end;
        try
        {
            for (; await NextAsync(http, writer, chunks.Next, cancellation); chunks.Advance())
                await WriteAsync(writer, form.Tell(chunks.Current));
            end = [.. form.End(await stream.Completion)];
        }
        catch (Exception fault) when (Faults.IsExpected(fault))
        {
            end = [.. form.Fail(fault)];
        }
        // 3
        await WriteAsync(writer, end);
        await writer.FlushAsync();
    }

    private async Task FirstWordAsync(Task<bool> next, CancellationToken cancellation)
    {
        try
        {
            await next.WaitAsync(options.Value.KeepAlive, time, cancellation);
        }
        catch (TimeoutException) when (!next.IsCompleted)
        {
            // From here on comments say that somebody is there
        }
    }

    private static async Task<bool> NextAsync(HttpContext http, EventWriter writer, Task<bool> next, CancellationToken cancellation)
    {
        if (http.KeyWatch() is { } key) await key.LookSometimesAsync(cancellation);
        await writer.WaitAsync(next, cancellation);
        return await next;
    }

    private static async Task WriteAsync(EventWriter writer, IEnumerable<ServerEvent> events)
    {
        foreach (var told in events) await writer.WriteAsync(told);
    }
}
