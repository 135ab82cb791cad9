using Millrace.Dialects.Errors;

namespace Millrace.Gateway.OpenAI.Batches;

/// <summary>A part of a multipart body as a stream that is only read forward: it ends with a fault when there is more of it than may be, or when the body is none.</summary>
internal sealed class LimitedContent(Stream part, long largest, Func<Exception> tooLarge) : Stream
{
    private long taken;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => taken;
        set => throw new NotSupportedException();
    }

    /// <summary>True for what the reader of the format throws when the body breaks the format. (What the connection throws is of a more special type.)</summary>
    public static bool IsMalformed(Exception exception) => exception is InvalidDataException || exception.GetType() == typeof(IOException);

    public static FaultException Malformed() =>
        new(new(400, "invalid_multipart", "The body is no multipart/form-data: it breaks off, or has no boundary where one must be."));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            var read = await part.ReadAsync(buffer, cancellationToken);
            return (taken += read) <= largest ? read : throw tooLarge();
        }
        catch (Exception broken) when (IsMalformed(broken))
        {
            throw Malformed();
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
