namespace Millrace.Persistence;

/// <summary>How many lines of a batch wait for a model on a lane.</summary>
public sealed class BatchLane
{
    public Guid BatchId { get; set; }
    public required string Lane { get; set; }
    public required string Model { get; set; }
    public long Pending { get; set; }
}

/// <summary>A lane of the class bulk. Whoever lets generations go to it locks its row first.</summary>
public sealed class BulkLane
{
    public required string Lane { get; set; }
    public DateTimeOffset FedAt { get; set; }
}
