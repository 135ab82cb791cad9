using System.Text;
using CsCheck;
using Millrace.Contracts;
using Millrace.Engine.Runs;

namespace Millrace.Tests.Chunks;

public sealed class ChunkBufferTests
{
    private static readonly Gen<string> AnyText = Gen.OneOf(
            Gen.Int[0, 0x7F], Gen.Int[0x80, 0xD7FF], Gen.Int[0xE000, 0xFFFF], Gen.Int[0x1_0000, 0x10_FFFF])
        .Select(code => new Rune(code).ToString()).List[1, 12].Select(string.Concat);

    private static readonly Gen<(ChunkKind Kind, string Text)> Runs = Gen.Select(Gen.Bool.Select(text => text ? ChunkKind.Text : ChunkKind.Reasoning), AnyText);

    [Fact]
    public void What_is_taken_is_what_was_added_however_it_was_cut_and_whenever_it_was_taken() =>
        Gen.Select(Runs.List[0, 12], Gen.Int[1, 4].List[1, 20], Gen.Bool.List[1, 20]).Sample((runs, cuts, takes) =>
        {
            var buffer = new ChunkBuffer(size: 8);
            var taken = new List<Piece>();
            var deltas = 0;
            foreach (var (kind, text) in runs)
            {
                for (var at = 0; at < text.Length; deltas++)
                {
                    var length = Math.Min(cuts[deltas % cuts.Count], text.Length - at);
                    buffer.Add(kind, text.Substring(at, length));
                    at += length;
                    if (takes[deltas % takes.Count]) taken.AddRange(buffer.Take().Pieces);
                }
            }
            buffer.Close();
            var (rest, last) = buffer.Take();
            taken.AddRange(rest);

            Assert.True(last);
            Assert.Equal(JoinNeighbours(runs), JoinNeighbours(taken.Select(piece => (piece.Kind, piece.Text!))));
            Assert.DoesNotContain(taken, piece => piece.Text!.Length == 0 || char.IsHighSurrogate(piece.Text[^1]));
        });

    [Fact]
    public void A_long_text_is_cut_between_characters()
    {
        var buffer = new ChunkBuffer(size: 4096);
        var text = "x" + string.Concat(Enumerable.Repeat("🌾", 70_000));
        buffer.Add(ChunkKind.Text, text);

        var pieces = buffer.Take().Pieces;

        Assert.Equal(text, string.Concat(pieces.Select(piece => piece.Text)));
        Assert.All(pieces, piece => Assert.InRange(piece.Text!.Length, 1, 65_536));
        Assert.DoesNotContain(pieces, piece => char.IsHighSurrogate(piece.Text![^1]));
    }

    [Fact]
    public void Half_a_character_waits_for_its_other_half_until_nothing_more_comes()
    {
        var buffer = new ChunkBuffer(size: 4096);
        buffer.Add(ChunkKind.Text, "a\uD83D");
        Assert.Equal("a", Assert.Single(buffer.Take().Pieces).Text);
        Assert.Empty(buffer.Take().Pieces);

        buffer.Add(ChunkKind.Text, "\uDE00b\uD83D");
        Assert.Equal("😀b", Assert.Single(buffer.Take().Pieces).Text);

        buffer.Close();
        Assert.Equal("\uD83D", Assert.Single(buffer.Take().Pieces).Text);
    }

    [Fact]
    public void A_restart_forgets_what_was_not_taken_and_is_itself_taken_first()
    {
        var buffer = new ChunkBuffer(size: 4096);
        buffer.Add(ChunkKind.Reasoning, "forgotten");
        buffer.Add(ChunkKind.Text, "forgotten too");

        buffer.Restart(keepThrough: 3);
        buffer.Add(ChunkKind.Text, "fresh");

        Assert.Equal([new Piece(ChunkKind.Restarted, KeepThrough: 3), new Piece(ChunkKind.Text, "fresh")], buffer.Take().Pieces);
    }

    [Fact]
    public void A_reader_is_woken_by_content_hurried_by_size_and_always_by_the_end()
    {
        var buffer = new ChunkBuffer(size: 4);
        Assert.False(buffer.Filled.IsCompleted);

        buffer.Add(ChunkKind.Text, "abc");
        Assert.True(buffer.Filled.IsCompleted);
        Assert.False(buffer.Hurry.IsCompleted);
        buffer.Add(ChunkKind.Text, "d");
        Assert.True(buffer.Hurry.IsCompleted);

        buffer.Take();
        Assert.False(buffer.Filled.IsCompleted || buffer.Hurry.IsCompleted);
        buffer.Close();
        buffer.Take();
        Assert.True(buffer.Filled.IsCompleted && buffer.Hurry.IsCompleted);
    }

    private static List<(ChunkKind Kind, string Text)> JoinNeighbours(IEnumerable<(ChunkKind Kind, string Text)> parts)
    {
        var joined = new List<(ChunkKind Kind, string Text)>();
        foreach (var (kind, text) in parts)
        {
            if (joined.Count > 0 && joined[^1].Kind == kind) joined[^1] = (kind, joined[^1].Text + text);
            else joined.Add((kind, text));
        }
        return joined;
    }
}
