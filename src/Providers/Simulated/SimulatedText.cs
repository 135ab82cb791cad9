using System.Text;
using Microsoft.Extensions.AI;

namespace Millrace.Providers.Simulated;

/// <summary>Text that follows from the messages and the seed alone, the same on every machine. It begins by saying what it is.</summary>
internal static class SimulatedText
{
    private const string Opening = "Simulated reply, no model was asked:";

    private static readonly string[] Vocabulary =
    [
        "water", "turns", "the", "wheel", "and", "grain", "becomes", "flour", "while", "a", "quiet", "river", "carries", "leaves",
        "past", "old", "stones", "café", "lamps", "glow", "over", "wooden", "bridges", "where", "boats", "wait", "for", "morning",
        "naïve", "swallows", "circle", "above", "fields", "of", "barley", "🌾",
    ];

    /// <summary>The text of <paramref name="words"/> words in <paramref name="chunks"/> pieces, as even as they go.</summary>
    public static List<string> Pieces(ulong start, int words, int chunks)
    {
        var opening = Opening.Split(' ');
        var pieces = new List<string>(chunks);
        var piece = new StringBuilder();
        for (var i = 0; i < words; i++)
        {
            if (i > 0) piece.Append(' ');
            piece.Append(i < opening.Length ? opening[i] : NextWord(ref start));
            if ((long)(i + 1) * chunks / words == pieces.Count) continue;
            pieces.Add(piece.ToString());
            piece.Clear();
        }
        return pieces;
    }

    /// <summary>What the tools have answered since the model spoke.</summary>
    public static string Told(IEnumerable<ChatMessage> messages) => string.Join(" | ", ToldSince(messages));

    /// <summary>The same, result by result. The user may have said something behind them.</summary>
    public static IEnumerable<string> ToldSince(IEnumerable<ChatMessage> messages) =>
        messages.Reverse().TakeWhile(message => message.Role != ChatRole.Assistant).Reverse().SelectMany(Results);

    /// <summary>A number from all that was said and the seed. Not <c>GetHashCode</c>, which differs from process to process.</summary>
    public static ulong Start(IEnumerable<ChatMessage> messages, long? seed)
    {
        var hash = 14695981039346656037UL ^ (ulong)(seed ?? 0);
        foreach (var message in messages)
            foreach (var c in message.Role.Value + "\n" + message.Text + string.Concat(Results(message)) + "\n")
                hash = (hash ^ c) * 1099511628211UL;
        return hash;
    }

    private static IEnumerable<string> Results(ChatMessage message) =>
        message.Contents.OfType<FunctionResultContent>().Select(result => $"{result.Result}");

    public static int CountWords(IEnumerable<ChatMessage> messages) =>
        messages.Sum(message => message.Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length);

    /// <summary>Cuts the pieces before the first stop text in them, and says whether there was one.</summary>
    public static bool CutAtStop(List<string> pieces, IEnumerable<string>? stops)
    {
        if (stops is null) return false;
        var text = string.Concat(pieces);
        var places = stops.Select(stop => text.IndexOf(stop, StringComparison.Ordinal)).Where(at => at >= 0);
        var cut = places.DefaultIfEmpty(-1).Min();
        if (cut < 0) return false;
        for (var i = 0; i < pieces.Count; cut -= pieces[i++].Length)
        {
            if (cut >= pieces[i].Length) continue;
            pieces[i] = pieces[i][..cut];
            pieces.RemoveRange(i + 1, pieces.Count - i - 1);
        }
        return true;
    }

    private static string NextWord(ref ulong state) => Vocabulary[(int)(Next(ref state) % (ulong)Vocabulary.Length)];

    /// <summary>SplitMix64: short, and good enough to choose words.</summary>
    private static ulong Next(ref ulong state)
    {
        var z = state += 0x9E3779B97F4A7C15UL;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
