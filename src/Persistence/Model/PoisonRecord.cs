namespace Millrace.Persistence.Model;

/// <summary>Work that has killed so many workers that nobody does it any more, for an operator to look at.</summary>
public sealed class PoisonRecord
{
    /// <summary>A message's digest, or the id of a generation or a batch.</summary>
    public required string Subject { get; set; }

    /// <summary><see cref="Generation"/>, <see cref="Batch"/>, or the queue that the message came from.</summary>
    public required string Kind { get; set; }

    /// <summary>The workers that died over it.</summary>
    public int Deaths { get; set; }

    public DateTimeOffset RefusedAt { get; set; }

    public const string Generation = "generation";
    public const string Batch = "batch";
}
