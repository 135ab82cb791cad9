using Millrace.Persistence.Model;

namespace Millrace.Persistence.Batches;

/// <summary>What has come of a line.</summary>
/// <param name="State">One of <see cref="BatchLineState"/>; pending: the batch ended before it could run.</param>
/// <param name="Outcome">The terminal event of its generation as JSON; absent if it never ran.</param>
/// <param name="CostNanos">What it cost, in billionths of a dollar, if its price is known.</param>
public sealed record BatchResult(
    long Number, long? Position, string CustomId, string Form, string State, Guid GenerationId, string Request,
    string? Outcome, DateTimeOffset? FinishedAt, long? CostNanos);
