using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Millrace.Worker.Events;

/// <summary>
/// Message ids that follow from what the event is (UUIDv5, RFC 9562, in the generation's own namespace), so that the same
/// event sent twice can be told from two events.
/// </summary>
internal static class EventIds
{
    public static Guid Of(Guid generation, string kind, long number = 0)
    {
        Span<byte> bytes = stackalloc byte[128];
        generation.TryWriteBytes(bytes, bigEndian: true, out var length);
        length += Encoding.ASCII.GetBytes($"{kind}/{number}", bytes[length..]);
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
#pragma warning disable CA5350 // UUIDv5 is defined over SHA-1; nothing secret depends on it
        SHA1.HashData(bytes[..length], hash);
#pragma warning restore CA5350
        hash[6] = (byte)((hash[6] & 0x0F) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }
}
