using System.Text;
using CsCheck;
using Millrace.Engine.Batches;

namespace Millrace.Tests.Batches;

public sealed class LineSplitterTests
{
    [Fact]
    public Task Lines_are_the_same_wherever_the_pieces_of_a_file_end() => Gen.Select(
            Const("a", "bcd", "", " ", "\r", "é", "\U0001F600", "0123456789").Array[0, 8].Select(string.Concat).Array[0, 12], Gen.Int[1, 7], Const("\n", "\r\n"), Gen.Bool)
        .SampleAsync(async (lines, size, end, ends) =>
        {
            var bytes = Encoding.UTF8.GetBytes(string.Join(end, lines) + (ends ? end : ""));
            var expected = string.Join(end, lines).Split('\n').Select((line, i) => (Number: i + 1L, Text: line.TrimEnd('\r'))).Where(line => line.Text.Trim(' ', '\r').Length > 0);
            Assert.Equal(expected, (await SplitAsync(bytes, size, longest: 1000)).Select(line => (line.Number, line.Text.TrimEnd('\r'))));
        });

    [Fact]
    public async Task A_line_that_is_too_long_is_told_and_the_next_one_is_whole()
    {
        var lines = await SplitAsync(Encoding.UTF8.GetBytes($"ok\n{new string('x', 50)}\nfine\n{new string('y', 50)}"), size: 7, longest: 20);

        Assert.Equal([(1, "ok", false), (2, "", true), (3, "fine", false), (4, "", true)], lines.Select(line => ((int)line.Number, line.Text, line.IsTooLong)));
    }

    [Fact]
    public async Task A_mark_of_the_encoding_is_no_part_of_the_first_line() =>
        Assert.Equal("{}", Assert.Single(await SplitAsync([0xEF, 0xBB, 0xBF, (byte)'{', (byte)'}'], size: 100, longest: 100)).Text);

    private static Gen<string> Const(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(i => texts[i]);

    private static async Task<List<(long Number, string Text, bool IsTooLong)>> SplitAsync(byte[] bytes, int size, int longest)
    {
        var lines = new List<(long, string, bool)>();
        await foreach (var line in LineSplitter.SplitAsync(bytes.Chunk(size).ToAsyncEnumerable(), longest))
            lines.Add((line.Number, Encoding.UTF8.GetString(line.Bytes.Span), line.IsTooLong));
        return lines;
    }
}
