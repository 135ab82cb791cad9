using System.Text.Json;

namespace Millrace.Providers.Streaming;

/// <summary>The arguments of a tool call: a JSON object. No text at all is one without members, as models write it for tools without parameters.</summary>
public static class CallArguments
{
    /// <summary>
    /// Where a model that wrote JSON of another kind has it: all wires want an object back, and the model is told what it did. No call with this member
    /// is ever made.
    /// </summary>
    public const string NotAnObject = "not_an_object";

    /// <summary>The members, with their values as they were written; null when the text is no JSON.</summary>
    public static Dictionary<string, object?>? Read(string text)
    {
        if (string.IsNullOrWhiteSpace(text)) return [];
        try
        {
            using var document = JsonDocument.Parse(text);
            _ = JsonSerializer.Serialize(document.RootElement); // half a surrogate pair is seen only here
            if (document.RootElement.ValueKind != JsonValueKind.Object) return new() { [NotAnObject] = document.RootElement.Clone() };
            var members = new Dictionary<string, object?>();
            foreach (var member in document.RootElement.EnumerateObject()) members[member.Name] = member.Value.Clone();
            return members;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
