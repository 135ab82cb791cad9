using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Millrace.Client.Tools;

/// <summary>What a function returned, as the text that travels to the model.</summary>
internal static class ToolAnswerText
{
    /// <summary>No worker keeps more of a result.</summary>
    private const int MostCharacters = 1_000_000;

    /// <summary>As the functions' own, without the line breaks that a model would pay for.</summary>
    public static readonly JsonSerializerOptions Compact = new(AIJsonUtilities.DefaultOptions) { WriteIndented = false };

    /// <summary>A text as it is, nothing as <c>null</c>, everything else as JSON.</summary>
    public static string Of(object? result) => Cut(result switch
    {
        null => "null",
        string text => text,
        JsonElement { ValueKind: JsonValueKind.String } json => json.GetString()!,
        JsonElement json => JsonSerializer.Serialize(json, Compact),
        TextContent content => content.Text,
        IEnumerable<AIContent> contents => string.Join('\n', contents.Select(content => Of(content))),
        AIContent other => JsonSerializer.Serialize<AIContent>(other, Compact),
        _ => JsonSerializer.Serialize(result, Compact),
    });

    /// <summary>What no worker would keep is left off, and a mark says so.</summary>
    public static string Cut(string text)
    {
        if (text.Length <= MostCharacters)
            return text;
        var mark = $"\n[cut: the result has {text.Length} characters, of which the first are above]";
        var kept = MostCharacters - mark.Length;
        return text[..(char.IsHighSurrogate(text[kept - 1]) ? kept - 1 : kept)] + mark;
    }
}
