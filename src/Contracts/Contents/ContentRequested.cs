namespace Millrace.Contracts;

/// <summary>
/// Stores the bytes of an attachment, or removes them. Any worker answers with <see cref="ContentAnswered"/>. Bytes come in pieces, each with the same
/// description of the whole, in any order and number: a piece that comes again changes nothing. What is not complete after a day is removed.
/// </summary>
public sealed record ContentRequested
{
    /// <summary>How many bytes a piece has: 1,048,576. Only the last one may have fewer.</summary>
    public const int PieceBytes = 1024 * 1024;

    /// <summary>
    /// The identity of this question, of one piece or of a removal, chosen by the asker; it is in the answer and its routing key. Required, not the empty GUID.
    /// Asked again under the same id, it is answered again.
    /// </summary>
    public required Guid RequestId { get; init; }

    /// <summary>What to do.</summary>
    public required ContentOperation Operation { get; init; }

    /// <summary>Whose bytes they are: <c>[A-Za-z0-9_.-]{1,64}</c>. Default: <c>default</c>.</summary>
    public string? Tenant { get; init; }

    /// <summary>For a removal: which bytes.</summary>
    public Guid? ContentId { get; init; }

    /// <summary>For an upload: its identity, the same in all its pieces; a UUIDv7, so that lists are in order of time. Not the empty GUID.</summary>
    public Guid? UploadId { get; init; }

    /// <summary>For an upload: what the bytes are, one of <see cref="MediaTypes.Images"/> or <see cref="MediaTypes.Texts"/>.</summary>
    public string? MediaType { get; init; }

    /// <summary>For an upload: the file's name, one line of at most 256 characters. Default: none.</summary>
    public string? Name { get; init; }

    /// <summary>For an upload: how many bytes there are in all; 1 to the workers' <c>MaxAttachmentBytes</c>, 20 MiB by default.</summary>
    public long? Length { get; init; }

    /// <summary>For an upload: the SHA-256 of all bytes, 64 hexadecimal digits.</summary>
    public string? Sha256 { get; init; }

    /// <summary>For an upload: which piece this is, from 0.</summary>
    public int? Piece { get; init; }

    /// <summary>For an upload: the piece, in JSON as base64.</summary>
    public ReadOnlyMemory<byte>? Data { get; init; }

    /// <summary>The channel label in the answer's routing key, so that only the asker gets it. Default: <c>default</c>.</summary>
    public string? Channel { get; init; }
}
