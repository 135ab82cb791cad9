using System.Buffers;
using System.Text;
using System.Text.Json;
using Millrace.Contracts;

namespace Millrace.Engine.Requests;

/// <summary>Whether bytes are what they are said to be. What is said of them never shows them.</summary>
internal static class ByteRules
{
    private const int DeepestJson = 512;

    /// <summary>The broken rule behind the name of the field, or null.</summary>
    /// <param name="mediaType">A normal one.</param>
    /// <param name="bytes">All of a text; of an image the beginning is enough.</param>
    public static string? Broken(string mediaType, ReadOnlySpan<byte> bytes)
    {
        if (MediaTypes.Images.Contains(mediaType))
        {
            var found = MediaTypes.OfBytes(bytes);
            return found == mediaType ? null
                : $"is said to be {mediaType}, and its bytes begin like {found ?? $"no image of these kinds: {string.Join(", ", MediaTypes.Images)}"}.";
        }
        if (!IsUtf8(bytes)) return $"is said to be {mediaType}, and its bytes are not UTF-8; convert it first.";
        return mediaType == "application/json" && Fault(bytes) is { } fault ? $"is said to be application/json, and does not parse: {fault}." : null;
    }

    /// <summary>The text without its mark of encoding, which is none of its content.</summary>
    public static ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith(Encoding.UTF8.Preamble) ? bytes[Encoding.UTF8.Preamble.Length..] : bytes;

    private static bool IsUtf8(ReadOnlySpan<byte> bytes)
    {
        for (; !bytes.IsEmpty;)
        {
            if (Rune.DecodeFromUtf8(bytes, out _, out var length) != OperationStatus.Done) return false;
            bytes = bytes[length..];
        }
        return true;
    }

    /// <summary>Where the JSON breaks off. The parser's own words would quote it.</summary>
    private static string? Fault(ReadOnlySpan<byte> bytes)
    {
        var reader = new Utf8JsonReader(WithoutMark(bytes), new JsonReaderOptions { MaxDepth = DeepestJson });
        try
        {
            while (reader.Read())
            {
            }
            return null;
        }
        catch (JsonException fault)
        {
            return $"line {fault.LineNumber + 1}, byte {fault.BytePositionInLine + 1}";
        }
    }
}
