using System.Text;
using System.Text.Json;
using Millrace.Engine.Settings;
using Millrace.Tests.Servers;
using Millrace.Worker.Cli.Batches;

namespace Millrace.Tests.Commands;

/// <summary>Files of prompts as people's programs save them.</summary>
public sealed class PromptFileTests : IDisposable
{
    private const string Text = "Grüße 1 €";

    private readonly ScratchFolder folder = new("prompts");

    public static TheoryData<string, string?, bool> Encodings => new()
    {
        { "utf-8", null, false },
        { "utf-8", null, true },
        { "utf-8", "utf-8", false },
        { "utf-16", null, true },
        { "utf-16BE", null, true },
        { "utf-32", null, true },
        { "utf-16", "utf-16", false },
        { "utf-16", "utf-16le", false },
        { "utf-16BE", "utf-16be", false },
        { "windows-1252", "windows-1252", false },
        { "windows-1252", "CP1252", false },
        { "iso-8859-15", "iso-8859-15", false },
        { "utf-16", "windows-1252", true }, // the mark is the file's own word
    };

    [Theory]
    [MemberData(nameof(Encodings))]
    public void A_file_is_read_as_it_was_written(string written, string? asked, bool marked)
    {
        var csv = Write("in.csv", $"prompt,n\r\n{Text},1\r\n", written, marked);
        var records = Write("in.jsonl", $$"""{"text":"{{Text}}"}""" + "\n", written, marked);
        var lines = Write("ready.jsonl", $$"""{"custom_id":"a","prompt":"{{Text}}"}""" + "\n", written, marked);

        Assert.Equal([Text], PromptsOf(new BatchInput(csv, null, asked)));
        Assert.Equal([Text], PromptsOf(new BatchInput(records, "{text}", asked)));
        Assert.Equal([Text], PromptsOf(new BatchInput(lines, null, asked)));
        Assert.Equal(written == "utf-8", new BatchInput(lines, null, asked).IsReady);
    }

    [Theory]
    [InlineData("prompt\r\nplain\r\nGr\u00fc\u00dfe\r\n", "in.csv", "windows-1252", null, "Line 3 of", "is not UTF-8: the byte 0xFC begins no character", "--encoding windows-1252")]
    [InlineData("prompt,n\n\"two\nlines\",1\nGr\u00fc\u00dfe,2\n", "in.csv", "windows-1252", null, "Line 4 of", "is not UTF-8", "--encoding")]
    [InlineData("{\"text\":\"a\"}\n{\"text\":\"caf\u00e9\"}\n", "in.jsonl", "latin1", null, "Line 2 of", "the byte 0xE9", "save it as UTF-8")]
    [InlineData("{\"text\":\"caf\u00e9\"}\n", "in.jsonl", "latin1", "us-ascii", "Line 1 of", "is not us-ascii", "Name the encoding that it is in")]
    public void Bytes_that_are_no_text_are_refused_with_their_line(string text, string name, string written, string? asked, params string[] said)
    {
        var input = new BatchInput(Write(name, text, written, marked: false), name.EndsWith("csv", StringComparison.Ordinal) ? null : "{text}", asked);

        var refused = Assert.Throws<ConfigurationException>(() => input.Lines().ToList());

        Assert.All(said, part => Assert.Contains(part, refused.Message, StringComparison.Ordinal));
        Assert.DoesNotContain("caf", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("utf-16", "say --encoding utf-16,")]
    [InlineData("utf-16BE", "say --encoding utf-16be,")]
    public void A_file_of_two_bytes_a_letter_without_a_mark_is_named(string written, string said) => Assert.Contains(
        said, Assert.Throws<ConfigurationException>(() => new BatchInput(Write("in.jsonl", "{}", written, marked: false), null)).Message, StringComparison.Ordinal);

    [Fact]
    public void An_encoding_that_nobody_knows_is_refused_with_the_choices() => Assert.Contains(
        "--encoding is 'klingon', which is no encoding that is known here; it is utf-8, utf-16",
        Assert.Throws<ConfigurationException>(() => new BatchInput(Write("in.jsonl", "{}", "utf-8", marked: false), null, "klingon")).Message, StringComparison.Ordinal);

    [Fact]
    public void A_long_file_is_broken_at_the_line_where_it_is()
    {
        var text = string.Concat(Enumerable.Range(1, 5000).Select(n => $$"""{"text":"{{(n == 4321 ? "é" : "ok")}}"}""" + "\n"));

        var refused = Assert.Throws<ConfigurationException>(() => new BatchInput(Write("in.jsonl", text, "latin1", marked: false), "{text}").Lines().Count());

        Assert.StartsWith("Line 4321 of ", refused.Message, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    private static IEnumerable<string?> PromptsOf(BatchInput input) => input.Lines().Select(line => JsonElement.Parse(line).GetProperty("prompt").GetString());

    private FileInfo Write(string name, string text, string encoding, bool marked)
    {
        var known = CodePagesEncodingProvider.Instance.GetEncoding(encoding) ?? Encoding.GetEncoding(encoding);
        var file = new FileInfo(folder.File(name));
        File.WriteAllBytes(file.FullName, [.. marked ? known.GetPreamble() : [], .. known.GetBytes(text)]);
        return file;
    }
}
