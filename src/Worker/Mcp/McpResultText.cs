using System.Text.Json;
using ModelContextProtocol.Protocol;

namespace Millrace.Worker.Mcp;

/// <summary>
/// What a tool of a server returned, as the text that the model gets: its texts, one below the other, then its structured content as
/// JSON unless one of the texts is that already. What is no text is named in brackets and not passed on.
/// </summary>
internal static class McpResultText
{
    public static string Of(CallToolResult result)
    {
        var parts = result.Content.Select(Of).ToList();
        if (result.StructuredContent is { } structured && !parts.Any(part => Is(part, structured))) parts.Add(structured.GetRawText());
        return parts.Count == 0 ? "(no content)" : string.Join('\n', parts);
    }

    private static string Of(ContentBlock block) => block switch
    {
        TextContentBlock text => text.Text,
        ImageContentBlock image => Left("image", image.MimeType, image.Data.Length),
        AudioContentBlock audio => Left("audio", audio.MimeType, audio.Data.Length),
        EmbeddedResourceBlock { Resource: TextResourceContents resource } => $"[resource {resource.Uri}]\n{resource.Text}",
        EmbeddedResourceBlock { Resource: BlobResourceContents resource } => Left($"resource {resource.Uri}", resource.MimeType, resource.Blob.Length),
        ResourceLinkBlock link => $"[link to resource {link.Uri}: {link.Title ?? link.Name}]",
        _ => $"[{block.Type}; not passed on]",
    };

    /// <summary>The bytes are there in base64, which is a third longer.</summary>
    private static string Left(string what, string? type, int base64) => $"[{what}, {type ?? "of unknown type"}, {base64 / 4 * 3} bytes; not passed on]";

    private static bool Is(string text, JsonElement structured)
    {
        try
        {
            using var parsed = JsonDocument.Parse(text);
            return JsonElement.DeepEquals(parsed.RootElement, structured);
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
