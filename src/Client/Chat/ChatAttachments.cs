using Microsoft.Extensions.AI;
using Millrace.Contracts;

namespace Millrace.Client.Chat;

/// <summary>The data and addresses in a chat message as attachments. Whether they are allowed is the workers' to say.</summary>
internal static class ChatAttachments
{
    public static IReadOnlyList<Attachment>? Of(ChatMessage message)
    {
        var attachments = message.Contents.Select(Of).OfType<Attachment>().ToList();
        return attachments.Count == 0 ? null : attachments;
    }

    private static Attachment? Of(AIContent content) => content switch
    {
        DataContent data => new() { MediaType = data.MediaType, Name = data.Name, Data = data.Data },
        UriContent uri => new() { MediaType = uri.MediaType.EndsWith('*') ? null : uri.MediaType, Url = uri.Uri.OriginalString },
        _ => null,
    };
}
