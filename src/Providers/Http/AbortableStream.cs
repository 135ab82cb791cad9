namespace Millrace.Providers.Http;

/// <summary>
/// Reads with the call's token whatever token the reader brings, because not every SDK brings one. A cancelled read closes the
/// connection at once; when nobody is reading at that moment, the abort disposes the body itself.
/// </summary>
internal sealed class AbortableStream : Stream
{
    private const int Idle = 0, Reading = 1, Closed = 2;

    private readonly Stream inner;
    private readonly CancellationToken aborted;
    private readonly CancellationTokenRegistration registration;
    private int state;

    public AbortableStream(Stream inner, CancellationToken aborted)
    {
        (this.inner, this.aborted) = (inner, aborted);
        registration = aborted.UnsafeRegister(static stream => ((AbortableStream)stream!).CloseUnlessReading(), this);
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (Interlocked.CompareExchange(ref state, Reading, Idle) == Closed) return ValueTask.FromCanceled<int>(Cause(cancellationToken));
        var read = inner.ReadAsync(buffer, aborted);
        if (!read.IsCompletedSuccessfully) return FinishAsync(read);
        Interlocked.CompareExchange(ref state, Idle, Reading);
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Provider streams are read asynchronously.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            registration.Dispose();
            inner.Dispose();
        }
        base.Dispose(disposing);
    }

    private async ValueTask<int> FinishAsync(ValueTask<int> read)
    {
        try
        {
            return await read;
        }
        finally
        {
            Interlocked.CompareExchange(ref state, Idle, Reading);
        }
    }

    private void CloseUnlessReading()
    {
        if (Interlocked.CompareExchange(ref state, Closed, Idle) == Idle) inner.Dispose();
    }

    private CancellationToken Cause(CancellationToken given) => aborted.IsCancellationRequested ? aborted : given;
}
