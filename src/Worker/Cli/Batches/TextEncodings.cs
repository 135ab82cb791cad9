using System.Text;
using Millrace.Engine.Settings;

namespace Millrace.Worker.Cli.Batches;

/// <summary>The encodings that a file of prompts may be in. A byte that is none of its characters is refused, never replaced: what is read is what was written.</summary>
internal static class TextEncodings
{
    private const string Choices = "utf-8, utf-16 (also utf-16be), utf-32, windows-1252, latin1, or another name of the IANA's list, such as shift_jis";

    private static readonly Dictionary<string, string> AlsoCalled = new(StringComparer.OrdinalIgnoreCase)
    {
        ["utf8"] = "utf-8",
        ["utf16"] = "utf-16",
        ["utf-16le"] = "utf-16",
        ["utf32"] = "utf-32",
        ["cp1252"] = "windows-1252",
        ["ansi"] = "windows-1252",
        ["latin-1"] = "latin1",
    };

    /// <summary>What files are in that do not say otherwise.</summary>
    public static Encoding Utf8 { get; } = new UTF8Encoding(encoderShouldEmitUTF8Identifier: true, throwOnInvalidBytes: true);

    /// <exception cref="ConfigurationException">Nobody knows an encoding of that name.</exception>
    public static Encoding Find(string name)
    {
        var known = AlsoCalled.GetValueOrDefault(name.Trim(), name.Trim());
        if (known.Equals("utf-8", StringComparison.OrdinalIgnoreCase)) return Utf8;
        var found = CodePagesEncodingProvider.Instance.GetEncoding(known, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback) ?? Built(known);
        return found ?? throw new ConfigurationException($"--encoding is '{name}', which is no encoding that is known here; it is {Choices}.");
    }

    /// <summary>The encoding of the mark at a file's beginning and the mark's length; null without one.</summary>
    public static (Encoding Encoding, int Length)? OfMark(ReadOnlySpan<byte> beginning) => beginning switch
    {
        [0xEF, 0xBB, 0xBF, ..] => (Utf8, 3),
        [0xFF, 0xFE, 0, 0, ..] => (Strict("utf-32"), 4),
        [0, 0, 0xFE, 0xFF, ..] => (Strict("utf-32BE"), 4),
        [0xFF, 0xFE, ..] => (Strict("utf-16"), 2),
        [0xFE, 0xFF, ..] => (Strict("utf-16BE"), 2),
        _ => null,
    };

    private static Encoding? Built(string name)
    {
        try
        {
            return Strict(name);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static Encoding Strict(string name) => Encoding.GetEncoding(name, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
}
