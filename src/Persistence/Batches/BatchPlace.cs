namespace Millrace.Persistence.Batches;

/// <summary>
/// Where a reader of results is: behind a place in the order of ends, and among those that never ran behind a line.
/// </summary>
public sealed record BatchPlace(long Position, long Number)
{
    /// <summary>Before the first.</summary>
    public static BatchPlace Start { get; } = new(0, 0);

    /// <summary>Behind a result.</summary>
    public static BatchPlace Behind(BatchResult result, BatchResults which) =>
        which != BatchResults.InOrder && result.Position is { } position
            ? new(position, 0)
            : new(long.MaxValue, result.Number);
}
