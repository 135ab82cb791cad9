namespace Millrace.Persistence.Model;

/// <summary>How many lines of a batch wait for a model on a lane.</summary>
internal sealed class BatchLane
{
    public Guid BatchId { get; set; }
    public required string Lane { get; set; }
    public required string Model { get; set; }
    public long Pending { get; set; }
}
