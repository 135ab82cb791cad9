namespace Millrace.Client;

/// <summary>
/// Where a client stores the bytes that are too large for the broker. Without one among the service's services it is the workers' Postgres; a process that
/// holds the workers too has the workers' own.
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
}
