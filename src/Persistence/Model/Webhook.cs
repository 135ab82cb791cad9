namespace Millrace.Persistence.Model;

/// <summary>An address that is told of the end of generations.</summary>
public sealed class Webhook
{
    public Guid Id { get; set; }
    public required string Tenant { get; set; }
    public required string Url { get; set; }

    /// <summary>What its messages are signed with. Stored as it is: signing needs it.</summary>
    public required string Secret { get; set; }

    /// <summary>Which ends, separated by spaces; absent: all.</summary>
    public string? Events { get; set; }

    /// <summary>Only generations of this channel; absent: of all.</summary>
    public string? Channel { get; set; }

    public DateTimeOffset CreatedAt { get; set; }
}
