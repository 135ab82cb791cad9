using Millrace.Contracts;
using Millrace.Persistence.Addresses;
using Millrace.Persistence.Contents;

namespace Millrace.Engine.Requests;

/// <summary>
/// The rules of attachments: the first one that is broken is named with its field, its value and what is allowed; of bytes the number, never the bytes.
/// </summary>
/// <param name="stored">What is stored under the ids that the messages name.</param>
/// <param name="mostBytes">Of one attachment.</param>
public sealed class AttachmentRules(IReadOnlyDictionary<Guid, ContentHead> stored, int mostBytes)
{
    public const int MostAttachments = 16;

    private const int LongestName = 256;

    /// <summary>The broken rule in a sentence, or null.</summary>
    public string? Broken(IReadOnlyList<Attached> messages) => messages.SelectMany(InMessage).FirstOrDefault();

    private IEnumerable<string> InMessage(Attached message)
    {
        if (message.Attachments.Count == 0) yield break;
        if (message.Role != MessageRole.User) yield return $"{message.Path}.Attachments is given in a message of role {message.Role}; only the user's have attachments.";
        if (message.Attachments.Count > MostAttachments)
        {
            yield return $"{message.Path}.Attachments has {message.Attachments.Count} entries; at most {MostAttachments} are allowed.";
            yield break;
        }
        for (var i = 0; i < message.Attachments.Count; i++)
        {
            var path = $"{message.Path}.Attachments[{i}]";
            if (message.Attachments[i] is not { } attachment) yield return $"{path} is null; it must be an attachment.";
            else if ((InForm(path, attachment) ?? InContent(path, attachment)) is { } broken) yield return broken;
        }
    }

    private static string? InForm(string path, Attachment attachment)
    {
        string[] given = [.. Given(attachment)];
        if (given.Length != 1) return $"{path} gives {(given.Length == 0 ? "none" : string.Join(" and ", given))} of Data, Url and ContentId; exactly one says what is in it.";
        if (BrokenName(attachment.Name) is { } name) return $"{path}.Name {name}";
        if (attachment.MediaType is { } type && MediaTypes.Normal(type) is null)
            return $"{path}.MediaType is '{(type.Length <= 64 ? type : type[..64] + "…")}'; it must be one of {string.Join(", ", MediaTypes.Images.Concat(MediaTypes.Texts))}, texts in UTF-8.";
        if (attachment.Url is null) return null;
        if (UrlRules.Broken(attachment.Url) is { } rule) return $"{path}.Url is '{UrlRules.Shown(attachment.Url)}'; {rule}";
        return attachment.MediaType is { } text && !MediaTypes.Images.Contains(MediaTypes.Normal(text))
            ? $"{path}.MediaType is '{text}' beside a Url; providers fetch images only, so send a text's bytes." : null;
    }

    private string? InContent(string path, Attachment attachment) => attachment switch
    {
        { Data: { } data } => InData(path, attachment, data.Span),
        { ContentId: { } id } => stored.TryGetValue(id, out var content) ? InStored($"{path}.ContentId '{id}'", attachment, content)
            : $"{path}.ContentId is '{id}'; nothing is stored under that id in this tenant, or not any more. Store the bytes first.",
        _ => null,
    };

    private string? InData(string path, Attachment attachment, ReadOnlySpan<byte> bytes)
    {
        if (Size($"{path}.Data", bytes.Length) is { } size) return size;
        if (TypeOf(attachment, bytes) is { } type) return ByteRules.Broken(type, bytes) is { } rule ? $"{path}.Data {rule}" : null;
        return $"{path}.MediaType is missing, and the bytes are no image that says what it is; give one of {string.Join(", ", MediaTypes.Texts)}.";
    }

    private string? InStored(string field, Attachment attachment, ContentHead content)
    {
        if (Size(field, content.Length) is { } size) return size;
        if (MediaTypes.Normal(content.MediaType) is not { } type) return $"{field} is stored as '{content.MediaType}'; it must be one of {string.Join(", ", MediaTypes.Images.Concat(MediaTypes.Texts))}.";
        if (attachment.MediaType is { } said && MediaTypes.Normal(said) != type) return $"{field} is stored as {type}, and MediaType is '{said}'; leave that out or make it the same.";
        return ByteRules.Broken(type, content.Head) is { } rule ? $"{field} {rule}" : BrokenName(content.Name) is { } name ? $"{field} is stored under a name that {name}" : null;
    }

    private static string? BrokenName(string? name) =>
        name?.Length > LongestName ? $"has {name.Length} characters; at most {LongestName} are allowed."
        : name?.Any(char.IsControl) == true ? "has a control character; it must be one line of text." : null;

    private string? Size(string field, long bytes) =>
        bytes == 0 ? $"{field} is empty; it must hold something."
        : bytes > mostBytes ? $"{field} has {bytes} bytes; at most {mostBytes} are allowed (Millrace:MaxAttachmentBytes)." : null;

    private static string? TypeOf(Attachment attachment, ReadOnlySpan<byte> bytes) =>
        attachment.MediaType is { } given ? MediaTypes.Normal(given) : MediaTypes.OfBytes(bytes);

    private static IEnumerable<string> Given(Attachment attachment)
    {
        if (attachment.Data is not null) yield return nameof(attachment.Data);
        if (attachment.Url is not null) yield return nameof(attachment.Url);
        if (attachment.ContentId is not null) yield return nameof(attachment.ContentId);
    }
}
