using System.Security.Cryptography;
using System.Text;

namespace Millrace.Persistence.Model;

/// <summary>Ids that follow from a name (UUIDv5, RFC 9562).</summary>
public static class NamedId
{
    /// <summary>The id of a name in a namespace: the same wherever it is made.</summary>
    public static Guid Of(Guid space, string name)
    {
        var bytes = new byte[16 + Encoding.UTF8.GetByteCount(name)];
        space.TryWriteBytes(bytes, bigEndian: true, out var length);
        Encoding.UTF8.GetBytes(name, bytes.AsSpan(length));
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
#pragma warning disable CA5350 // UUIDv5 is defined over SHA-1; nothing secret depends on it
        SHA1.HashData(bytes, hash);
#pragma warning restore CA5350
        hash[6] = (byte)((hash[6] & 0x0F) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }
}
