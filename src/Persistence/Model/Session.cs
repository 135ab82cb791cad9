namespace Millrace.Persistence.Model;

/// <summary>A conversation. Whoever changes it or what belongs to it locks its row first.</summary>
internal sealed class Session
{
    public Guid Id { get; set; }
    public required string Tenant { get; set; }

    /// <summary>
    /// System prompt, default provider, model and options, labels: <see cref="SessionSettings"/> as JSON.
    /// </summary>
    public required string Settings { get; set; }

    /// <summary>The request that made it, so that its repetition is known.</summary>
    public Guid OriginId { get; set; }

    /// <summary>The last number that was given to a message. Numbers are not used again.</summary>
    public long LastOrdinal { get; set; }

    /// <summary>The last number that was given to a turn.</summary>
    public long LastTurn { get; set; }

    /// <summary>Its messages as JSON, in bytes. What was in it before this was counted is not in it.</summary>
    public long Bytes { get; set; }

    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset UpdatedAt { get; set; }
}
