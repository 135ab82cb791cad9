using System.Text.Json;
using Millrace.Dialects.Errors;

namespace Millrace.Dialects.OpenAI;

/// <summary>The arguments of calls that come back with a conversation.</summary>
internal static class CallText
{
    /// <summary>As they are; what a model wrote that is no JSON comes as the JSON text that says it, since it was said.</summary>
    public static string Arguments(string? given)
    {
        if (string.IsNullOrWhiteSpace(given)) return "{}";
        return IsJson(given) ? given : JsonSerializer.Serialize(given, OpenAIJson.Options);
    }

    private static bool IsJson(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
