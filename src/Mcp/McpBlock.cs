using System.Buffers.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Millrace.Mcp;

/// <summary>One block of a tool's result as text. Bytes, which stand there as base64, are named with their size instead: to a model they are noise, and dear.</summary>
internal static class McpBlock
{
    /// <summary>Text of this length in base64's letters alone is bytes.</summary>
    private const int SurelyBytes = 1024;

    private static readonly string[] Beginnings = ["iVBORw0KGgo", "/9j/", "R0lGOD", "UklGR", "JVBERi0", "SUQz", "T2dnUw", "PHN2Zy"];

    /// <summary>Letters of other alphabets stay readable, and cost fewer tokens.</summary>
    public static JsonSerializerOptions Readable { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Of(JsonObject block) => TypeOf(block) switch
    {
        "text" => Text(block, "text") ?? "",
        "image" => Left("image", block, "data"),
        "audio" => Left("audio", block, "data"),
        "resource" when block["resource"] is JsonObject resource => OfResource(resource),
        "resource_link" => $"[link to resource {Text(block, "uri")}: {Text(block, "title") ?? Text(block, "name")}]",
        var other => $"[{other ?? "something of no type"}; not passed on]",
    };

    /// <summary>The text that a block holds, its own or its resource's; null if it has none.</summary>
    public static string? TextIn(JsonObject block) => TypeOf(block) switch
    {
        "text" => Text(block, "text"),
        "resource" => (block["resource"] as JsonObject) is { } resource ? Text(resource, "text") : null,
        _ => null,
    };

    /// <summary>A copy in which no bytes are left.</summary>
    public static JsonNode WithoutBytes(JsonNode node) => node switch
    {
        JsonObject block when IsBytes(block) => JsonValue.Create(Of(block)),
        JsonObject members => new JsonObject(members.Select(member => KeyValuePair.Create(member.Key, member.Value is { } value ? WithoutBytes(value) : null))),
        JsonArray items => new JsonArray([.. items.Select(item => item is null ? null : WithoutBytes(item))]),
        JsonValue value when value.TryGetValue<string>(out var text) && BytesIn(text) is var (type, base64) => JsonValue.Create(Named("bytes", type, base64)),
        _ => node.DeepClone(),
    };

    private static string OfResource(JsonObject resource)
    {
        var uri = Text(resource, "uri");
        return Text(resource, "blob") is null ? $"[resource {uri}]\n{Text(resource, "text")}" : Left($"resource {uri}", resource, "blob");
    }

    private static bool IsBytes(JsonObject block) => TypeOf(block) switch
    {
        "image" or "audio" => Text(block, "data") is not null,
        "resource" => block["resource"] is JsonObject resource && Text(resource, "blob") is not null,
        _ => false,
    };

    /// <summary>The base64 that a text is, and what it says of its type; null if it is a text.</summary>
    private static (string? Type, string Base64)? BytesIn(string text)
    {
        const string mark = ";base64,";
        if (text.StartsWith("data:", StringComparison.OrdinalIgnoreCase) && text.IndexOf(mark, StringComparison.OrdinalIgnoreCase) is >= 0 and var at)
            return (text["data:".Length..at], text[(at + mark.Length)..]);
        var known = Beginnings.Any(beginning => text.StartsWith(beginning, StringComparison.Ordinal));
        if (!known && text.Length < SurelyBytes) return null;
        return Base64.IsValid(text) && (known || IsMixed(text)) ? (null, text) : null;
    }

    /// <summary>A long row of digits, or a word of a thousand letters, is no more than itself.</summary>
    private static bool IsMixed(string text) => text.Any(char.IsAsciiDigit) && text.Any(char.IsAsciiLetterUpper) && text.Any(char.IsAsciiLetterLower);

    private static string Left(string what, JsonObject holder, string member) => Named(what, Text(holder, "mimeType"), Text(holder, member) ?? "");

    /// <summary>The bytes are there in base64, which is a third longer.</summary>
    private static string Named(string what, string? type, string base64)
    {
        var padding = base64.EndsWith("==", StringComparison.Ordinal) ? 2 : base64.EndsWith('=') ? 1 : 0;
        return $"[{what}, {type ?? "of unknown type"}, {(base64.Length / 4 * 3) - padding} bytes; not passed on]";
    }

    private static string? TypeOf(JsonObject block) => Text(block, "type");

    private static string? Text(JsonObject holder, string member) => holder[member] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
