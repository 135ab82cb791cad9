namespace Millrace.Contracts;

/// <summary>The kinds of attachments that there are, and how to tell them apart. Any thread.</summary>
public static class MediaTypes
{
    private static readonly Dictionary<string, string> Extensions = new(StringComparer.OrdinalIgnoreCase)
    {
        [".png"] = "image/png",
        [".jpg"] = "image/jpeg",
        [".jpeg"] = "image/jpeg",
        [".gif"] = "image/gif",
        [".webp"] = "image/webp",
        [".txt"] = "text/plain",
        [".log"] = "text/plain",
        [".md"] = "text/markdown",
        [".markdown"] = "text/markdown",
        [".csv"] = "text/csv",
        [".json"] = "application/json",
    };

    /// <summary>What a model looks at.</summary>
    public static IReadOnlyList<string> Images { get; } = ["image/png", "image/jpeg", "image/gif", "image/webp"];

    /// <summary>What a model reads.</summary>
    public static IReadOnlyList<string> Texts { get; } = ["text/plain", "text/markdown", "text/csv", "application/json"];

    /// <summary>The image that these bytes begin, or null. The first 12 bytes are enough.</summary>
    public static string? OfBytes(ReadOnlySpan<byte> bytes) =>
        bytes is [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] ? "image/png" :
        bytes is [0xFF, 0xD8, 0xFF, ..] ? "image/jpeg" :
        bytes.StartsWith("GIF87a"u8) || bytes.StartsWith("GIF89a"u8) ? "image/gif" :
        bytes.Length >= 12 && bytes.StartsWith("RIFF"u8) && bytes[8..].StartsWith("WEBP"u8) ? "image/webp" : null;

    /// <summary>What a file's name says that it is, or null.</summary>
    public static string? OfName(string name) => Extensions.GetValueOrDefault(Path.GetExtension(name));

    /// <summary>One of <see cref="Images"/> and <see cref="Texts"/>, or null: in lower case, <c>image/jpg</c> as what it means, and <c>charset=utf-8</c> left out.</summary>
    public static string? Normal(string mediaType)
    {
        var parts = mediaType.Split(';', StringSplitOptions.TrimEntries);
        if (parts.Skip(1).Any(part => part.StartsWith("charset=", StringComparison.OrdinalIgnoreCase)
            && !part["charset=".Length..].Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase)))
            return null;
        var bare = parts[0].ToLowerInvariant() is "image/jpg" ? "image/jpeg" : parts[0].ToLowerInvariant();
        return Images.Contains(bare) || Texts.Contains(bare) ? bare : null;
    }
}
