using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Millrace.Client.Tools;

/// <summary>What a function returned, as the text that the model gets: the same for one that a worker runs and for one of another service.</summary>
public static class ResultText
{
    /// <summary>No worker keeps more of a result.</summary>
    public const int MostCharacters = 1_000_000;

    /// <summary>As the functions' own, without the line breaks that a model would pay for.</summary>
    public static readonly JsonSerializerOptions Compact = new(AIJsonUtilities.DefaultOptions)
    {
        WriteIndented = false,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>A text as it is, nothing as <c>null</c>, everything else as JSON.</summary>
    /// <param name="result">What the function returned.</param>
    public static string Of(object? result) => result switch
    {
        null => "null",
        string text => text,
        JsonElement { ValueKind: JsonValueKind.String } json => json.GetString()!,
        JsonElement json => JsonSerializer.Serialize(json, Compact),
        TextContent content => content.Text,
        IEnumerable<AIContent> contents => string.Join('\n', contents.Select(content => Of(content))),
        AIContent other => JsonSerializer.Serialize(other, Compact),
        _ => JsonSerializer.Serialize(result, Compact),
    };

    /// <summary>At most so many characters, the mark for what was cut off included.</summary>
    /// <param name="text">The text.</param>
    /// <param name="most">How many. Default: <see cref="MostCharacters"/>.</param>
    public static string Cut(string text, int most = MostCharacters)
    {
        if (text.Length <= most)
            return text;
        var mark = $"\n[cut: the result has {text.Length} characters, of which the first are above]";
        var kept = Math.Max(0, most - mark.Length);
        if (kept > 0 && char.IsHighSurrogate(text[kept - 1]))
            kept--;
        return text[..kept] + mark;
    }
}
