using Millrace.Contracts;
using Millrace.Engine.Failures;
using Millrace.Engine.Requests;
using Millrace.Persistence.Contents;

namespace Millrace.Engine.Attachments;

/// <summary>
/// Puts stored bytes in the place of their ids, for a prompt. Of a history the texts come first, since they decide how much of it fits, and then the
/// pictures of what does.
/// </summary>
public sealed class StoredAttachments(ContentStore contents)
{
    /// <summary>The request with all bytes that it names.</summary>
    /// <exception cref="GenerationException">Some have gone since it was accepted.</exception>
    public async Task<GenerateRequested> FillAsync(GenerateRequested request, CancellationToken cancellation)
    {
        if (Attached.In(request).Count == 0) return request;
        var (messages, tenant) = (new List<PromptMessage>(), Tenants.Of(request));
        var (texts, images) = (Reader(tenant, images: false, cancellation), Reader(tenant, images: true, cancellation));
        foreach (var message in request.Messages!)
            messages.Add(message with { Attachments = await FillAsync(await FillAsync(message.Attachments, texts), images) });
        var gone = messages.SelectMany(message => message.Attachments ?? []).FirstOrDefault(attachment => attachment.ContentId is not null);
        return gone is null ? request with { Messages = messages } : throw new GenerationException(FailureReason.InvalidRequest,
            $"Nothing is stored under ContentId '{gone.ContentId}' any more; it was when the request was accepted (it was deleted, or Millrace:ContentRetention is over).");
    }

    /// <summary>A history with its stored texts.</summary>
    public Task<IReadOnlyList<SessionMessage>> WithTextsAsync(string tenant, IReadOnlyList<SessionMessage> history, CancellationToken cancellation) =>
        FillAsync(tenant, history, images: false, cancellation);

    /// <summary>A history with its stored pictures. What still has an id behind that is not kept any more.</summary>
    public Task<IReadOnlyList<SessionMessage>> WithImagesAsync(string tenant, IReadOnlyList<SessionMessage> history, CancellationToken cancellation) =>
        FillAsync(tenant, history, images: true, cancellation);

    private async Task<IReadOnlyList<SessionMessage>> FillAsync(
        string tenant, IReadOnlyList<SessionMessage> history, bool images, CancellationToken cancellation)
    {
        if (history.All(message => message.Attachments is null)) return history;
        var (filled, read) = (new List<SessionMessage>(history.Count), Reader(tenant, images, cancellation));
        foreach (var message in history) filled.Add(message with { Attachments = await FillAsync(message.Attachments, read) });
        return filled;
    }

    /// <summary>Reads each once: a line of a few bytes can name many mebibytes, and a conversation can repeat it a thousand times.</summary>
    private Func<Guid, Task<StoredContent?>> Reader(string tenant, bool images, CancellationToken cancellation)
    {
        var known = new Dictionary<Guid, StoredContent?>();
        return async id => known.TryGetValue(id, out var content) ? content : known[id] = await contents.ReadAsync(tenant, id, images, cancellation);
    }

    private static async Task<IReadOnlyList<Attachment>?> FillAsync(IReadOnlyList<Attachment>? attachments, Func<Guid, Task<StoredContent?>> read)
    {
        if (attachments is null || attachments.All(attachment => attachment.ContentId is null)) return attachments;
        var filled = new List<Attachment>(attachments.Count);
        foreach (var attachment in attachments)
        {
            filled.Add(attachment.ContentId is { } id && await read(id) is { } content
                ? attachment with { ContentId = null, Data = content.Bytes, MediaType = content.MediaType, Name = attachment.Name ?? content.Name }
                : attachment);
        }
        return filled;
    }
}
