namespace Millrace.Persistence.Model;

/// <summary>
/// What a worker has in hand: written before it works on a message, and removed when it leaves in order. A row whose
/// worker is dead says over what it died.
/// </summary>
internal sealed class InFlight
{
    public Guid WorkerId { get; set; }

    /// <summary>
    /// The messages that it works on, each by a digest of 16 hexadecimal digits, with a space between two.
    /// </summary>
    public required string Messages { get; set; }

    /// <summary>When the worker began.</summary>
    public DateTimeOffset Since { get; set; }

    /// <summary>
    /// What killed it, once that is known: a <see cref="PoisonRecord"/>'s subject. It counts against nothing else then.
    /// </summary>
    public string? LaidTo { get; set; }
}
