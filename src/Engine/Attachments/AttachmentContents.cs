using Microsoft.Extensions.AI;
using Millrace.Contracts;

namespace Millrace.Engine.Attachments;

/// <summary>A message with its attachments as the parts that the providers' adapters take.</summary>
internal static class AttachmentContents
{
    private const string AnyImage = "image/*";

    /// <summary>
    /// The pictures, then one text: the attached texts in their frames, and what was said. Models do better with what a question is about before the question
    /// (https://platform.claude.com/docs/en/build-with-claude/vision), and some servers take no more than one text.
    /// </summary>
    /// <param name="text">What was said.</param>
    /// <param name="attachments">With their bytes, or addresses.</param>
    public static IList<AIContent> Of(string text, IReadOnlyList<Attachment>? attachments)
    {
        attachments ??= [];
        var said = string.Join("\n\n", attachments.Where(attachment => !IsImage(attachment)).Select(AttachmentFrame.Of).Append(text).Where(part => part.Length > 0));
        return [.. attachments.Where(IsImage).Select(Image), .. said.Length > 0 ? [new TextContent(said)] : Array.Empty<AIContent>()];
    }

    /// <summary>Whether it is for looking at. Of stored bytes that are not there it is not known, and said in words.</summary>
    public static bool IsImage(Attachment attachment) =>
        attachment.Url is not null || (attachment.ContentId is null && TypeOf(attachment) is { } type && MediaTypes.Images.Contains(type));

    /// <summary>What the bytes are, by what is said of them or else by themselves.</summary>
    public static string? TypeOf(Attachment attachment) => attachment.MediaType is { } given
        ? MediaTypes.Normal(given)
        : attachment.Data is { } data ? MediaTypes.OfBytes(data.Span) : null;

    private static AIContent Image(Attachment attachment) => attachment.Url is { } url
        ? new UriContent(url, TypeOf(attachment) ?? AnyImage)
        : new DataContent(attachment.Data!.Value, TypeOf(attachment)!);
}
