using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.ML.Tokenizers;

namespace Millrace.Providers.Models;

/// <summary>
/// Counts tokens as OpenAI's newer models do (o200k_base), without a network. For other models it is an estimate, which
/// <see cref="ModelLimits.TokenRatio"/> corrects. Any thread.
/// </summary>
public static class TokenCounter
{
    /// <summary>
    /// The tokenizer's time grows with the square of a run without a boundary: a text of 64,000 Chinese characters would take it seconds,
    /// and texts come from outside. In pieces it is linear.
    /// </summary>
    public const int LongestPiece = 256;

    /// <summary>Shorter texts are counted faster than they are looked up.</summary>
    private const int WorthKeeping = 4096;

    /// <summary>Made when first needed: it takes 40 MB and 0.2 s, and short sessions do well with <see cref="Most"/>.</summary>
    private static readonly Lazy<TiktokenTokenizer> Tokenizer = new(() => TiktokenTokenizer.CreateForEncoding("o200k_base"));

    /// <summary>A generation asks again for every attempt and fallback, with the same texts; forgotten with them.</summary>
    private static readonly ConditionalWeakTable<string, StrongBox<int>> Counts = [];

    /// <summary>Tokens of a text; where it has no single space for 256 characters it may be a few too many for each 256.</summary>
    public static int Count(string text) =>
        text.Length < WorthKeeping ? CountPieces(text) : Counts.GetValue(text, static counted => new(CountPieces(counted))).Value;

    /// <summary>At least <see cref="Count"/>, for next to nothing: no token is shorter than a byte.</summary>
    public static int Most(string text) => Encoding.UTF8.GetByteCount(text);

    private static int CountPieces(ReadOnlySpan<char> text)
    {
        var tokens = 0;
        while (!text.IsEmpty)
        {
            var length = PieceOf(text);
            tokens += Tokenizer.Value.CountTokens(text[..length]);
            text = text[length..];
        }

        return tokens;
    }

    /// <summary>Up to the last single space between words, where the tokenizer cuts too; else as long as a piece may be.</summary>
    public static int PieceOf(ReadOnlySpan<char> text)
    {
        if (text.Length <= LongestPiece) return text.Length;
        for (var at = LongestPiece - 1; at > 0; at--)
        {
            if (text[at] is ' ' && !char.IsWhiteSpace(text[at - 1]) && !char.IsWhiteSpace(text[at + 1])) return at;
        }

        return char.IsLowSurrogate(text[LongestPiece]) && char.IsHighSurrogate(text[LongestPiece - 1]) ? LongestPiece - 1 : LongestPiece;
    }
}
