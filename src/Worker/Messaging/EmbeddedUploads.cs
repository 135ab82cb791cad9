using Millrace.Client.RabbitMq.Abstractions;
using Millrace.Persistence.Contents;

namespace Millrace.Worker.Messaging;

/// <summary>Where a client in the worker's own process stores bytes: in the worker's own file.</summary>
internal sealed class EmbeddedUploads(ContentStore contents) : IContentUploads
{
    public Task<Guid> AddAsync(string tenant, string mediaType, string? name, byte[] bytes, CancellationToken cancellationToken) =>
        contents.AddAsync(tenant, new StoredContent(mediaType, name, bytes), cancellationToken);

    public Task<bool> DeleteAsync(string tenant, Guid contentId, CancellationToken cancellationToken) => contents.DeleteAsync(tenant, contentId, cancellationToken);
}
