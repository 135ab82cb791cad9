using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Millrace.Dialects.OpenAI;

/// <summary>
/// What a model thought, as an item. A caller that asked for a summary gets it there, where its program looks for it: the thoughts are shown once. One that asked
/// for <c>encrypted_content</c>, since it has nothing stored here, gets them in that, too: it is what programs send back.
/// </summary>
public static class ReasoningItem
{
    private const string Sealed = "millrace.1.";

    public static JsonObject Part(string text, bool isSummary) => new() { ["type"] = isSummary ? "summary_text" : "reasoning_text", ["text"] = text };

    public static JsonObject Write(string id, string status, string text, ResponseOrigin origin)
    {
        var (parts, isSummary) = (text.Length > 0, origin.ReasoningSummary is not null);
        var item = new JsonObject
        {
            ["id"] = id,
            ["type"] = "reasoning",
            ["status"] = status,
            ["summary"] = parts && isSummary ? new JsonArray(Part(text, isSummary)) : new JsonArray(),
            ["content"] = parts && !isSummary ? new JsonArray(Part(text, isSummary)) : new JsonArray(),
        };
        if (origin.SealsReasoning) item["encrypted_content"] = parts ? Sealed + Convert.ToBase64String(Encoding.UTF8.GetBytes(text)) : null;
        return item;
    }

    /// <summary>The thoughts of an item that comes back. Those that another server has encrypted are its own.</summary>
    public static string ThoughtsOf(JsonElement item)
    {
        if (Json.Text(item, "encrypted_content") is { } given && Opened(given) is { } thoughts) return thoughts;
        return Texts(item, "content") is { Length: > 0 } content ? content : Texts(item, "summary");
    }

    private static string Texts(JsonElement item, string name) => Json.Property(item, name) is { ValueKind: JsonValueKind.Array } parts
        ? string.Join("\n\n", parts.EnumerateArray().Select(part => Json.Text(part, "text")).Where(text => !string.IsNullOrEmpty(text)))
        : "";

    private static string? Opened(string given)
    {
        if (!given.StartsWith(Sealed, StringComparison.Ordinal)) return null;
        var bytes = new byte[given.Length];
        return Convert.TryFromBase64String(given[Sealed.Length..], bytes, out var length) ? Encoding.UTF8.GetString(bytes, 0, length) : null;
    }
}
