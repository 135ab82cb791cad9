using System.Text;
using Millrace.Engine.Batches;
using Millrace.Engine.Settings;

namespace Millrace.Worker.Cli.Batches;

/// <summary>A user's file as text: in the encoding of the mark at its beginning, else in the one that was asked for, else in UTF-8.</summary>
internal sealed class PromptFile
{
    private const int LongestMark = 4;

    private readonly FileInfo file;
    private readonly string? asked;
    private readonly Encoding encoding;
    private readonly int mark;

    /// <param name="file">The file.</param>
    /// <param name="encoding">The name of its encoding. Default: UTF-8.</param>
    /// <exception cref="ConfigurationException">There is no encoding of that name.</exception>
    public PromptFile(FileInfo file, string? encoding)
    {
        (this.file, asked) = (file, encoding);
        var wanted = encoding is null ? TextEncodings.Utf8 : TextEncodings.Find(encoding);
        using var content = file.OpenRead();
        var beginning = new byte[LongestMark];
        var read = content.ReadAtLeast(beginning, LongestMark, throwOnEndOfStream: false);
        (this.encoding, mark) = TextEncodings.OfMark(beginning.AsSpan(0, read)) ?? (wanted, 0);
        if (mark == 0 && encoding is null && Utf16Text.NameOf(beginning.AsSpan(0, read)) is { } wide)
            throw new ConfigurationException($"'{file}' looks like {wide}, and has no mark at its beginning that says so; say --encoding {wide}, or save it as UTF-8.");
    }

    /// <summary>True when its bytes are UTF-8 as they are.</summary>
    public bool IsUtf8 => encoding.Equals(TextEncodings.Utf8);

    /// <summary>Opens it. Reading throws <see cref="DecoderFallbackException"/> at a byte that is no text, which <see cref="NotText"/> explains.</summary>
    public StreamReader Open()
    {
        var content = file.OpenRead();
        content.Position = mark;
        return new StreamReader(content, encoding, detectEncodingFromByteOrderMarks: false);
    }

    /// <summary>Its lines.</summary>
    /// <exception cref="ConfigurationException">A byte is no text in its encoding; the message names the line.</exception>
    public IEnumerable<string> Lines()
    {
        using var reader = Open();
        while (Next(reader) is { } line) yield return line;
    }

    /// <summary>Where the first byte stands that is no text, and what to do about it.</summary>
    public ConfigurationException NotText()
    {
        var (line, shown) = FirstBroken();
        var name = IsUtf8 ? "UTF-8" : encoding.WebName;
        var advice = asked is null && IsUtf8 ? "Say what it is in, for example --encoding windows-1252, or save it as UTF-8." : "Name the encoding that it is in, or save it as UTF-8.";
        return new ConfigurationException($"Line {line} of '{file}' is not {name}{shown}. {advice}");
    }

    private string? Next(StreamReader reader)
    {
        try
        {
            return reader.ReadLine();
        }
        catch (DecoderFallbackException)
        {
            throw NotText();
        }
    }

    /// <summary>A reader decodes ahead of its lines, so the place is looked for once more, a character of one byte or more at a time.</summary>
    private (long Line, string Shown) FirstBroken()
    {
        using var content = file.OpenRead();
        content.Position = mark;
        var decoder = encoding.GetDecoder();
        var (buffer, characters) = (new byte[16 * 1024], new char[16]);
        var (line, last) = (1L, '\0');
        for (int read; (read = content.Read(buffer)) > 0;)
        {
            for (var i = 0; i < read; i++)
            {
                int count;
                try
                {
                    count = decoder.GetChars(buffer, i, 1, characters, 0, flush: false);
                }
                catch (DecoderFallbackException broken)
                {
                    return (line, broken.BytesUnknown is [var first, ..] ? $": the byte 0x{first:X2} begins no character" : "");
                }
                foreach (var character in characters.AsSpan(0, count))
                {
                    if (character == '\r' || (character == '\n' && last != '\r')) line++;
                    last = character;
                }
            }
        }
        return (line, ": its last character is cut off");
    }
}
