using System.Net;

namespace Millrace.Providers.Http;

/// <summary>A response body whose reads end, and whose connection closes, when the call is aborted, and whose JSON every reader takes.</summary>
internal sealed class AbortableContent : HttpContent
{
    private readonly HttpContent inner;
    private readonly CancellationToken aborted;

    public AbortableContent(HttpContent inner, CancellationToken aborted)
    {
        (this.inner, this.aborted) = (inner, aborted);
        foreach (var header in inner.Headers) Headers.TryAddWithoutValidation(header.Key, header.Value);
    }

    protected override async Task<Stream> CreateContentReadStreamAsync() =>
        new ReadableStream(new AbortableStream(await inner.ReadAsStreamAsync(aborted), aborted));

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        inner.CopyToAsync(stream, context, aborted);

    protected override bool TryComputeLength(out long length)
    {
        length = inner.Headers.ContentLength ?? 0;
        return inner.Headers.ContentLength.HasValue;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }
}
