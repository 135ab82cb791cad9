using Millrace.Client.Errors;
using Millrace.Contracts;

namespace Millrace.Client;

/// <content>Bytes that are too large for a request.</content>
public sealed partial class MillraceClient
{
    private const int LongestName = 256;

    /// <summary>
    /// Stores a picture or a text, and gives the attachment that names it, for any number of requests. It is kept until it has not been used for the workers'
    /// <c>ContentRetention</c>, 30 days by default.
    /// </summary>
    /// <param name="content">The bytes: 1 to the options' <c>MaxAttachmentBytes</c>.</param>
    /// <param name="mediaType">One of <see cref="MediaTypes.Images"/> or <see cref="MediaTypes.Texts"/>. Default: what a picture's bytes say, else the name's ending.</param>
    /// <param name="name">The file's name, shown to the model with a text: one line of at most 256 characters. Default: none.</param>
    /// <param name="tenant">Whose requests may use it. Default: <c>default</c>.</param>
    /// <param name="cancellationToken">Ends the waiting; the bytes may have been stored.</param>
    /// <exception cref="ArgumentException">The size, the name, or the media type; also when the workers take less.</exception>
    /// <exception cref="InvalidDataException">Over the broker alone: what arrived does not have the digest of what was sent. Upload it again.</exception>
    /// <exception cref="NoWorkersException">Over the broker alone: nobody takes it.</exception>
    /// <exception cref="FleetUnreachableException">The gateway did not take it, or no worker answered.</exception>
    public async Task<Attachment> UploadAsync(
        ReadOnlyMemory<byte> content, string? mediaType = null, string? name = null, string? tenant = null, CancellationToken cancellationToken = default)
    {
        if (content.Length == 0 || content.Length > Connection.MaxAttachmentBytes)
            throw new ArgumentException($"The attachment has {content.Length:N0} bytes; 1 to {Connection.MaxAttachmentBytes:N0} are allowed (MaxAttachmentBytes).", nameof(content));
        if (name?.Length > LongestName || name?.Any(char.IsControl) == true)
            throw new ArgumentException($"The attachment's name has {name.Length} characters; it is one line of at most {LongestName}.", nameof(name));
        var type = TypeOf(content.Span, mediaType, name);
        var id = await Connection.UploadAsync(tenant, type, name, content.ToArray(), cancellationToken);
        return new Attachment { ContentId = id, MediaType = type, Name = name };
    }

    /// <summary>Stores what a stream holds. See <see cref="UploadAsync(ReadOnlyMemory{byte}, string?, string?, string?, CancellationToken)"/>.</summary>
    /// <param name="content">Read to its end, and left open.</param>
    /// <param name="mediaType">What it is. Default: what a picture's bytes say, else the name's ending.</param>
    /// <param name="name">The file's name. Default: none.</param>
    /// <param name="tenant">Whose requests may use it. Default: <c>default</c>.</param>
    /// <param name="cancellationToken">Ends the reading and the waiting.</param>
    public async Task<Attachment> UploadAsync(
        Stream content, string? mediaType = null, string? name = null, string? tenant = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        using var read = new MemoryStream();
        var buffer = new byte[81_920];
        while (read.Length <= Connection.MaxAttachmentBytes && await content.ReadAsync(buffer, cancellationToken) is > 0 and var length)
            await read.WriteAsync(buffer.AsMemory(0, length), cancellationToken);
        return await UploadAsync(read.GetBuffer().AsMemory(0, (int)read.Length), mediaType, name, tenant, cancellationToken);
    }

    /// <summary>
    /// Removes what <see cref="UploadAsync(ReadOnlyMemory{byte}, string?, string?, string?, CancellationToken)"/> stored, at once. A generation that has not
    /// read it by then fails; a session's message that has it stays, and the model is told that an attachment stood there.
    /// </summary>
    /// <param name="contentId">The attachment's <see cref="Attachment.ContentId"/>.</param>
    /// <param name="tenant">Whose it is. Default: <c>default</c>.</param>
    /// <param name="cancellationToken">Ends the waiting; it may have been removed.</param>
    /// <returns>False if nothing is stored under the id, or not any more.</returns>
    /// <exception cref="FleetUnreachableException">The gateway does not answer, or no worker.</exception>
    public Task<bool> DeleteUploadAsync(
        Guid contentId, string? tenant = null, CancellationToken cancellationToken = default) =>
        Connection.DeleteUploadAsync(tenant, contentId, cancellationToken);

    private static string TypeOf(ReadOnlySpan<byte> content, string? mediaType, string? name)
    {
        var begins = MediaTypes.OfBytes(content);
        var said = mediaType is null ? begins ?? (name is null ? null : MediaTypes.OfName(name)) : MediaTypes.Normal(mediaType);
        if (said is null)
        {
            throw new ArgumentException(
                $"{(mediaType is null ? "Neither the bytes nor the name say what the attachment is" : $"The media type '{mediaType}' cannot be attached")}; " +
                $"give one of {string.Join(", ", MediaTypes.Images.Concat(MediaTypes.Texts))}.",
                nameof(mediaType));
        }

        if (MediaTypes.Images.Contains(said) && begins != said)
            throw new ArgumentException($"The attachment is said to be {said}, and its bytes begin like {begins ?? "no picture"}.", nameof(mediaType));
        return said;
    }
}
