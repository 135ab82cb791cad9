using Millrace.Client.RabbitMq.Abstractions;
using Millrace.Gateway.Settings;
using Millrace.Persistence.Contents;

namespace Millrace.Gateway.Quotas;

/// <summary>Where the gateway's client stores bytes: in the fleet's database, as much as the tenant may keep.</summary>
internal sealed class QuotaUploads(ContentStore contents, TenantQuota quotas) : IContentUploads
{
    public Task<Guid> AddAsync(string tenant, string mediaType, string? name, byte[] bytes, CancellationToken cancellationToken) =>
        contents.AddAsync(tenant, new StoredContent(mediaType, name, bytes), quotas.Contents(tenant), cancellationToken);

    public Task<bool> DeleteAsync(string tenant, Guid contentId, CancellationToken cancellationToken) =>
        contents.DeleteAsync(tenant, contentId, cancellationToken);
}
