namespace Millrace.Persistence.Model;

/// <summary>A lane of the class bulk. Whoever lets generations go to it locks its row first.</summary>
internal sealed class BulkLane
{
    public required string Lane { get; set; }
    public DateTimeOffset FedAt { get; set; }
}
