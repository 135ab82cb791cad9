namespace Millrace.Providers.Http;

/// <summary>A provider's body behind its <see cref="HalfCharacterFilter"/>: JSON that every reader takes.</summary>
internal sealed class ReadableStream(Stream inner) : Stream
{
    private readonly HalfCharacterFilter filter = new();
    private ReadOnlyMemory<byte> changed;
    private bool hasEnded;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (changed.IsEmpty && !hasEnded)
        {
            var length = await inner.ReadAsync(buffer, cancellationToken);
            var bytes = buffer[..length];
            hasEnded = length == 0 && !buffer.IsEmpty;
            if (filter.Passes(bytes.Span)) return length;
            changed = filter.Change(bytes.Span, isLast: hasEnded);
        }
        var taken = Math.Min(changed.Length, buffer.Length);
        changed[..taken].CopyTo(buffer);
        changed = changed[taken..];
        return taken;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }
}
