using System.Security.Cryptography;
using System.Text;
using Millrace.Persistence.Files;

namespace Millrace.Persistence.Contents;

/// <summary>What an upload is going to be. Each piece brings the same description.</summary>
/// <param name="Tenant">Whose.</param>
/// <param name="UploadId">The producer's own id of the upload.</param>
/// <param name="MediaType">What the bytes are.</param>
/// <param name="Name">The file's name.</param>
/// <param name="Length">How many bytes.</param>
/// <param name="Sha256">Their digest, in lower case.</param>
public sealed record UploadedContent(
    string Tenant, Guid UploadId, string MediaType, string? Name, int Length, string Sha256)
{
    /// <summary>How many pieces there are.</summary>
    public int Pieces => (Length + FileStore.PartBytes - 1) / FileStore.PartBytes;

    /// <summary>
    /// The id of the bytes. It follows from the description, so that a piece that comes again finds what the first one made, and two uploads that differ in
    /// anything do not meet. Its time is that of the producer's id.
    /// </summary>
    public Guid ContentId
    {
        get
        {
            var described = $"{Tenant}\n{UploadId:D}\n{MediaType}\n{Length}\n{Sha256}\n{Name}";
            Span<byte> id = stackalloc byte[32];
            SHA256.HashData(Encoding.UTF8.GetBytes(described), id);
            Span<byte> upload = stackalloc byte[16];
            UploadId.TryWriteBytes(upload, bigEndian: true, out _);
            upload[..6].CopyTo(id);
            id[6] = (byte)(0x70 | (id[6] & 0x0F)); // version 7
            id[8] = (byte)(0x80 | (id[8] & 0x3F)); // the variant of RFC 9562
            return new Guid(id[..16], bigEndian: true);
        }
    }

    /// <summary>How many bytes a piece has.</summary>
    public int LengthOf(int piece) => Math.Min(FileStore.PartBytes, Length - (piece * FileStore.PartBytes));
}
