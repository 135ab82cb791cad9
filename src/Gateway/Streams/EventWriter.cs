using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Millrace.Gateway.Access;

namespace Millrace.Gateway.Streams;

/// <summary>Writes server-sent events (WHATWG HTML, 9.2). What is ready together goes out together; what waits gets a comment every so often.</summary>
internal sealed class EventWriter(HttpContext http, TimeSpan keepAlive, TimeProvider time)
{
    private static readonly byte[] Comment = ": ping\n\n"u8.ToArray();
    private static readonly char[] LineEnds = ['\r', '\n'];

    /// <summary>Sends the headers, so that the reader knows that it is heard.</summary>
    public async Task BeginAsync()
    {
        var response = http.Response;
        response.ContentType = "text/event-stream; charset=utf-8";
        response.Headers.CacheControl = "no-cache, no-transform";
        response.Headers["X-Accel-Buffering"] = "no"; // nginx holds back what it takes for a page
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        if (http.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate) rate.MinDataRate = null; // a slow reader is no attacker: what waits for it is bounded
        await response.StartAsync(http.RequestAborted);
    }

    /// <summary>Puts an event into the answer. It is sent by <see cref="WaitAsync"/> or <see cref="FlushAsync"/>, or when there is much of it.</summary>
    public async ValueTask WriteAsync(ServerEvent told)
    {
        Write(told);
        if (http.Response.BodyWriter.UnflushedBytes > 32 * 1024) await FlushAsync();
    }

    /// <summary>Sends what there is, and waits for a reader that is slow.</summary>
    public async ValueTask FlushAsync()
    {
        await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
        http.RequestAborted.ThrowIfCancellationRequested();
    }

    /// <summary>Sends what there is and waits until something has ended, however that is, with comments meanwhile, each after a look at the reader's key.</summary>
    /// <exception cref="Errors.FaultException">The key is no longer valid.</exception>
    public async Task WaitAsync(Task something, CancellationToken cancellation)
    {
        if (something.IsCompleted) return;
        await FlushAsync();
        while (true)
        {
            await something.WaitAsync(keepAlive, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (something.IsCompleted) return;
            cancellation.ThrowIfCancellationRequested();
            if (http.KeyWatch() is { } key) await key.LookAsync(cancellation);
            http.Response.BodyWriter.Write(Comment);
            await FlushAsync();
        }
    }

    private void Write(ServerEvent told)
    {
        if (told.Kind is { } kind) WriteLine("event: ", kind);
        if (told.Id is { } id) WriteLine("id: ", id);
        for (var rest = told.Data.AsSpan(); ;)
        {
            var end = rest.IndexOfAny(LineEnds);
            WriteLine("data: ", end < 0 ? rest : rest[..end]);
            if (end < 0) break;
            rest = rest[(end + (rest[end] == '\r' && end + 1 < rest.Length && rest[end + 1] == '\n' ? 2 : 1))..];
        }
        Write("\n");
    }

    private void WriteLine(string field, ReadOnlySpan<char> value)
    {
        Write(field);
        Write(value);
        Write("\n");
    }

    /// <summary>Whole texts only: a surrogate pair that is encoded in two halves is lost.</summary>
    private void Write(ReadOnlySpan<char> text) => Encoding.UTF8.GetBytes(text, http.Response.BodyWriter);
}
