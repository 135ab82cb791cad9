using System.Text;
using CsCheck;
using Microsoft.ML.Tokenizers;
using Millrace.Providers.Models;

namespace Millrace.Tests.Models;

public sealed class TokenCounterTests
{
    private static readonly TiktokenTokenizer Whole = TiktokenTokenizer.CreateForEncoding("o200k_base");

    [Theory]
    [InlineData("", 0)]
    [InlineData("hello world", 2)]
    [InlineData("Hello, world!", 4)]
    public void It_counts_as_OpenAI_does(string text, int tokens) => Assert.Equal(tokens, TokenCounter.Count(text));

    [Fact]
    public void Prose_in_pieces_has_as_many_tokens_as_in_one()
    {
        var text = string.Concat(Enumerable.Range(0, 400).Select(number => $"Sentence number {number} runs over the dam, and turns the wheel.\n\n"));

        Assert.Equal(Whole.CountTokens(text), TokenCounter.Count(text));
    }

    [Theory]
    [InlineData("漢字仮名交じり文、")]
    [InlineData("{\"key\":[1,22,333]},\n")]
    [InlineData("\n\n    return x;\n")]
    public void Other_texts_in_pieces_have_a_few_in_a_hundred_more(string part)
    {
        var text = string.Concat(Enumerable.Repeat(part, 4000 / part.Length));
        var whole = Whole.CountTokens(text);

        Assert.InRange(TokenCounter.Count(text), whole * 99 / 100, whole * 103 / 100);
    }

    [Fact]
    public void No_text_has_more_tokens_than_the_cheap_bound() =>
        Gen.OneOf(Gen.String, Gen.Int[0, 0xD7FF].Select(code => new Rune(code).ToString()).List[0, 600].Select(string.Concat), Gen.Char['\uD800', '\uDFFF'].List[0, 600].Select(string.Concat))
            .Sample(text => TokenCounter.Count(text) <= TokenCounter.Most(text), iter: 300);

    /// <summary>The tokenizer alone takes a minute for a fifth of this: its time grows with the square of a run without a boundary.</summary>
    [Theory]
    [InlineData("a")]
    [InlineData(" ")]
    [InlineData("漢字仮名交じり文")]
    public void A_megabyte_without_a_boundary_is_counted_in_pieces_that_are_short_and_no_more_than_needed(string run)
    {
        var text = string.Concat(Enumerable.Repeat(run, 1_000_000 / run.Length));

        var (pieces, longest) = (0, 0);
        for (var at = 0; at < text.Length; pieces++)
        {
            var length = TokenCounter.PieceOf(text.AsSpan(at));
            longest = Math.Max(longest, length);
            at += length;
        }

        Assert.Equal(TokenCounter.LongestPiece, longest);
        Assert.InRange(pieces, 1, (text.Length / (TokenCounter.LongestPiece - 1)) + 1);
        Assert.InRange(TokenCounter.Count(text), 1, TokenCounter.Most(text));
    }

    [Fact]
    public void A_long_text_is_counted_once()
    {
        var text = string.Concat(Enumerable.Repeat("over the dam and under the wheel ", 60_000));
        var (before, tokens) = (GC.GetAllocatedBytesForCurrentThread(), TokenCounter.Count(text));
        var (between, again) = (GC.GetAllocatedBytesForCurrentThread(), TokenCounter.Count(text));
        var after = GC.GetAllocatedBytesForCurrentThread();

        Assert.Equal(tokens, again);
        Assert.True(after - between < (between - before) / 1000, $"The first time it took {between - before} bytes, and the second {after - between}");
    }

    [Fact]
    public void It_may_be_asked_from_many_threads()
    {
        var texts = Enumerable.Range(0, 200).Select(number => string.Concat(Enumerable.Repeat($"word{number} 漢字 ", 40))).ToList();
        var expected = texts.ConvertAll(TokenCounter.Count);
        var counted = new int[texts.Count];
        Parallel.For(0, texts.Count, new ParallelOptions { MaxDegreeOfParallelism = 8 }, at => counted[at] = TokenCounter.Count(texts[at]));

        Assert.Equal(expected, counted);
    }
}
