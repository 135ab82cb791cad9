using System.Diagnostics;

namespace Millrace.Bench;

/// <summary>
/// Sends one stream. Pieces are due at fixed times from the arrival of the request, so that a late timer does not make the whole
/// stream longer. Without a delay everything after the first piece goes out with as few flushes as the pipe allows, still as one
/// server-sent event each, which is how a fast server looks to its client.
/// </summary>
internal static class ChatStream
{
    private const int FlushBytes = 16 * 1024;

    public static async Task WriteAsync(HttpContext context, MockModel model, bool includeUsage, long receivedUs, Counters counters)
    {
        var started = Stopwatch.GetTimestamp();
        var cancel = context.RequestAborted;
        var pipe = context.Response.BodyWriter;
        var frames = new Frames(model, counters.Begin(), includeUsage);
        var whole = false;
        try
        {
            context.Response.ContentType = "text/event-stream";
            await UntilAsync(started, model.FirstMs, cancel);
            frames.WriteFirst(pipe, MockText.First(receivedUs, WallClock.NowUs));
            await pipe.FlushAsync(cancel);

            for (var number = 2; number <= model.Chunks; number++)
            {
                await UntilAsync(started, model.FirstMs + ((number - 1) * model.DelayMs), cancel);
                frames.WriteLater(pipe, MockText.Later(number));
                if (model.DelayMs > 0 || pipe.UnflushedBytes >= FlushBytes)
                    await pipe.FlushAsync(cancel);
            }

            await UntilAsync(started, model.IdealMs, cancel);
            frames.WriteEnd(pipe);
            await pipe.FlushAsync(cancel);
            whole = true;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The client went away: /stats counts the stream as aborted.
        }
        finally
        {
            counters.End(whole);
        }
    }

    private static Task UntilAsync(long started, double dueMs, CancellationToken cancel)
    {
        var left = dueMs - Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        return left <= 0 ? Task.CompletedTask : Task.Delay((int)Math.Ceiling(left), cancel);
    }
}
