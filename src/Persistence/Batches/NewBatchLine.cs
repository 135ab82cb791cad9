using Millrace.Persistence.Generations;

namespace Millrace.Persistence.Batches;

/// <summary>A line that can run.</summary>
public sealed record NewBatchLine(
    long Number, string CustomId, string Form, NewGeneration Generation, long EstimateNanos);
