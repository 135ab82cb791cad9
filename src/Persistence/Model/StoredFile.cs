namespace Millrace.Persistence.Model;

/// <summary>
/// A file as its owner sees it. What was uploaded has parts; what a batch gives is made from its lines when it is read.
/// </summary>
public sealed class StoredFile
{
    public Guid Id { get; set; }
    public required string Tenant { get; set; }
    public required string Name { get; set; }
    public required string Purpose { get; set; }
    public required string State { get; set; }

    /// <summary>Its length; of a batch's output 0 until somebody has asked for it.</summary>
    public long Bytes { get; set; }

    /// <summary>Whose output it is.</summary>
    public Guid? BatchId { get; set; }

    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset? ExpiresAt { get; set; }
}
