using System.Text;
using System.Text.Json;
using Millrace.Contracts;

namespace Millrace.Dialects.OpenAI;

/// <summary>The content of a message: a text, or parts of both APIs' kinds.</summary>
internal sealed class ContentParts
{
    private readonly StringBuilder text = new();

    public string Text => text.ToString();

    public List<Attachment> Attachments { get; } = [];

    /// <param name="content">A text, an array of parts, or nothing.</param>
    /// <param name="where">Its path in the request.</param>
    public static ContentParts Of(JsonElement? content, string where)
    {
        var parts = new ContentParts();
        switch (content)
        {
            case null or { ValueKind: JsonValueKind.Null or JsonValueKind.Undefined }:
                break;
            case { ValueKind: JsonValueKind.String } whole:
                parts.text.Append(whole.GetString());
                break;
            case { ValueKind: JsonValueKind.Array } array:
                var index = 0;
                foreach (var part in array.EnumerateArray()) parts.Add(part, $"{where}[{index++}]");
                break;
            default:
                throw OpenAIFaults.Invalid(where, $"'{where}' is {content?.ValueKind}; it must be a text or an array of parts.");
        }
        return parts;
    }

    /// <summary>A user's message, which can hold pictures and files.</summary>
    public static PromptMessage UserMessage(JsonElement? content, string where)
    {
        var parts = Of(content, where);
        return new(MessageRole.User, parts.Text) { Attachments = parts.Attachments is [] ? null : parts.Attachments };
    }

    /// <summary>The text of a message that can hold nothing else.</summary>
    public static string TextOf(JsonElement? content, string where) => Of(content, where) is var parts && parts.Attachments.Count == 0
        ? parts.Text
        : throw OpenAIFaults.Unsupported(where, $"'{where}' has a picture or a file; only a user's message can hold one.");

    private void Add(JsonElement part, string where)
    {
        var type = Json.Text(part, "type");
        switch (type)
        {
            case "text" or "input_text" or "output_text":
                Append(Json.Text(part, "text") ?? throw OpenAIFaults.Missing($"{where}.text"));
                break;
            case "refusal":
                Append(Json.Text(part, "refusal") ?? throw OpenAIFaults.Missing($"{where}.refusal"));
                break;
            case "image_url": // of chat completions: an object; the text form is lenient
                var image = Json.Property(part, "image_url") ?? throw OpenAIFaults.Missing($"{where}.image_url");
                Attachments.Add(Image(image.ValueKind == JsonValueKind.String ? image.GetString() : Json.Text(image, "url"), $"{where}.image_url.url"));
                break;
            case "input_image":
                Attachments.Add(Json.Text(part, "file_id") is { } stored ? Stored(stored, $"{where}.file_id") : Image(Json.Text(part, "image_url"), $"{where}.image_url"));
                break;
            case "file":
                Attachments.Add(File(Json.Property(part, "file") ?? throw OpenAIFaults.Missing($"{where}.file"), $"{where}.file"));
                break;
            case "input_file":
                Attachments.Add(File(part, where));
                break;
            default:
                throw OpenAIFaults.Unsupported($"{where}.type", $"A part of type '{type}' is not taken here. Parts: text, image_url, file; in responses input_text, output_text, input_image, input_file.");
        }
    }

    private void Append(string piece)
    {
        if (text.Length > 0) text.Append('\n');
        text.Append(piece);
    }

    private static Attachment Image(string? url, string where)
    {
        if (string.IsNullOrEmpty(url)) throw OpenAIFaults.Missing(where);
        return DataUrl.Is(url) ? DataUrl.Read(url, name: null, where) : new Attachment { Url = url };
    }

    private static Attachment File(JsonElement file, string where)
    {
        if (Json.Text(file, "file_id") is { } stored) return Stored(stored, $"{where}.file_id");
        var data = Json.Text(file, "file_data") ?? throw OpenAIFaults.Unsupported(where, "A file is given as file_data (a data: URL) or file_id.");
        return DataUrl.Read(data, Json.Text(file, "filename"), $"{where}.file_data");
    }

    private static Attachment Stored(string id, string where) => OpenAIIds.TryFile(id, out var content)
        ? new Attachment { ContentId = content }
        : throw OpenAIFaults.Invalid(where, $"'{where}' names no stored file: it must be 'file-' and the id that storing it gave.");
}
