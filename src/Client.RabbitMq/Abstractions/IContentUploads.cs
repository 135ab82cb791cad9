namespace Millrace.Client.RabbitMq.Abstractions;

/// <summary>
/// Where a client stores the bytes of attachments. Without one among the service's services a worker is asked over the broker; a process that can reach the
/// fleet's tables itself, like the gateway, stores them there.
/// </summary>
public interface IContentUploads
{
    /// <summary>Stores bytes. Safe for concurrent use.</summary>
    /// <param name="tenant">Whose they are.</param>
    /// <param name="mediaType">One of <see cref="Contracts.MediaTypes.Images"/> or <see cref="Contracts.MediaTypes.Texts"/>.</param>
    /// <param name="name">The file's name, if it has one.</param>
    /// <param name="bytes">The bytes; they are not changed.</param>
    /// <param name="cancellationToken">Ends the waiting; they may have been stored.</param>
    /// <returns>Their id, a UUIDv7.</returns>
    Task<Guid> AddAsync(string tenant, string mediaType, string? name, byte[] bytes, CancellationToken cancellationToken);

    /// <summary>Removes bytes. Safe for concurrent use.</summary>
    /// <param name="tenant">Whose they are.</param>
    /// <param name="contentId">What <see cref="AddAsync"/> returned.</param>
    /// <param name="cancellationToken">Ends the waiting; they may have been removed.</param>
    /// <returns>False if the tenant has none of that id.</returns>
    /// <exception cref="NotSupportedException">This place keeps what it is given. So do those that were written before there was this method.</exception>
    Task<bool> DeleteAsync(string tenant, Guid contentId, CancellationToken cancellationToken) =>
        throw new NotSupportedException($"{GetType().Name} removes nothing; it has no DeleteAsync.");
}
