using System.Text.Json.Nodes;
using Millrace.Contracts;

namespace Millrace.Gateway.OpenAI.Responses;

/// <summary>A picture or a file of a message, as it was sent: by its bytes, its address, or the id that it is stored under.</summary>
internal static class InputAttachment
{
    private const string Bytes = "application/octet-stream";

    public static JsonObject Write(Attachment attached)
    {
        var (type, stored) = (TypeOf(attached), attached.ContentId is { } id ? $"file-{id:N}" : null);
        var data = attached.Data is { } bytes ? $"data:{type ?? Bytes};base64,{Convert.ToBase64String(bytes.Span)}" : null;
        return attached.Url is not null || type?.StartsWith("image/", StringComparison.Ordinal) == true
            ? new() { ["type"] = "input_image", ["image_url"] = attached.Url ?? data, ["file_id"] = stored, ["detail"] = "auto" }
            : new() { ["type"] = "input_file", ["filename"] = attached.Name, ["file_data"] = data, ["file_id"] = stored };
    }

    private static string? TypeOf(Attachment attached) => attached.MediaType is { } given
        ? MediaTypes.Normal(given) ?? given
        : attached.Data is { } bytes ? MediaTypes.OfBytes(bytes.Span) : null;
}
