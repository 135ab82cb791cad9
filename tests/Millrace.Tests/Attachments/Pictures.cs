using System.Text;
using Millrace.Contracts;

namespace Millrace.Tests.Attachments;

/// <summary>Bytes that are what they say, as small as they come.</summary>
internal static class Pictures
{
    public static byte[] Png { get; } = Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=");

    public static byte[] Gif { get; } = Convert.FromBase64String("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7");

    public static byte[] Jpeg { get; } = [0xFF, 0xD8, 0xFF, 0xE0, 0x00, 0x10, (byte)'J', (byte)'F', (byte)'I', (byte)'F', 0x00, 0x01, 0xFF, 0xD9];

    public static byte[] WebP { get; } = [.. "RIFF"u8, 0x1A, 0x00, 0x00, 0x00, .. "WEBPVP8L"u8, 0x0D, 0x00, 0x00, 0x00];

    public static Attachment Of(byte[] bytes, string? mediaType = null, string? name = null) => new() { Data = bytes, MediaType = mediaType, Name = name };

    public static Attachment Text(string text, string mediaType = "text/plain", string? name = null) => Of(Encoding.UTF8.GetBytes(text), mediaType, name);

    public static Attachment At(string url) => new() { Url = url };

    /// <summary>A PNG of any size, of which no two are alike.</summary>
    public static byte[] Large(int bytes)
    {
        var large = new byte[bytes];
        Random.Shared.NextBytes(large);
        Png.CopyTo(large, 0);
        return large;
    }
}
