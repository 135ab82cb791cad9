using Millrace.Contracts;
using Millrace.Persistence.Contents;
using Millrace.Providers.Models;

namespace Millrace.Engine.Attachments;

/// <summary>What a request asks of its model before its prompt is made.</summary>
internal static class AttachmentNeeds
{
    public static Needs Of(GenerateRequested request, IReadOnlyDictionary<Guid, ContentHead> stored)
    {
        var attachments = request.Messages?.SelectMany(message => message.Attachments ?? []).ToList() ?? [];
        var urls = attachments.Exists(attachment => attachment.Url is not null);
        return new(urls || attachments.Exists(attachment => IsImage(attachment, stored)), urls, request.Tools is { Count: > 0 });
    }

    private static bool IsImage(Attachment attachment, IReadOnlyDictionary<Guid, ContentHead> stored) => AttachmentContents.IsImage(
        attachment.ContentId is { } id && stored.TryGetValue(id, out var content) ? attachment with { ContentId = null, MediaType = content.MediaType } : attachment);
}
