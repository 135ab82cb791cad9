using System.Text.Json;

namespace Millrace.Engine.Poison;

/// <summary>The ids in a message, be it plain or in an envelope, and however its names are written. Nothing else of it is looked at.</summary>
public readonly struct SentIds(JsonElement root)
{
    private readonly JsonElement message = Find(root, "message") is { ValueKind: JsonValueKind.Object } inner ? inner : root;

    /// <summary>An id, or the empty one if there is none that can be read.</summary>
    public Guid Id(string name) => Text(name) is { } text && Guid.TryParse(text, out var id) ? id : Guid.Empty;

    public string? Text(string name) => Find(message, name) is { ValueKind: JsonValueKind.String } found ? TextOf(found) : null;

    private static JsonElement? Find(JsonElement from, string name)
    {
        if (from.ValueKind != JsonValueKind.Object) return null;
        foreach (var member in from.EnumerateObject())
            if (string.Equals(member.Name, name, StringComparison.OrdinalIgnoreCase)) return member.Value;
        return null;
    }

    private static string? TextOf(JsonElement found)
    {
        try
        {
            return found.GetString();
        }
        catch (InvalidOperationException) // half of a surrogate pair
        {
            return null;
        }
    }
}
