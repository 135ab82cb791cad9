using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Millrace.Client.Tools;

/// <summary>What a function returned, as the text that the model gets: the same for one that a worker runs and for one of another service.</summary>
public static class ResultText
{
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
}
