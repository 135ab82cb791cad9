using System.Security.Cryptography;
using System.Text;

namespace Millrace.Engine.Poison;

/// <summary>
/// A message by what it says and where: the same bytes on the same queue are the same message, delivered again or published again. Its own id would not do, since a plain message
/// has none and any sender could give it that of another.
/// </summary>
public static class MessageDigest
{
    public const int Length = 16;

    public static string Of(string queue, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(queue));
        hash.AppendData("\n"u8);
        hash.AppendData(body);
        return Convert.ToHexString(hash.GetHashAndReset(), 0, Length / 2);
    }
}
