namespace Millrace.Persistence;

/// <summary>A line of a batch: what is to be generated, and what has come of it.</summary>
public sealed class BatchLine
{
    public Guid BatchId { get; set; }

    /// <summary>Its line in the file, from 1. Empty lines count and have no row.</summary>
    public long Number { get; set; }

    public required string CustomId { get; set; }

    /// <summary>The form of its result: <see cref="BatchLineForm"/>.</summary>
    public required string Form { get; set; }

    public required string State { get; set; }

    /// <summary>How often its run was begun anew.</summary>
    public int Round { get; set; }

    public Guid GenerationId { get; set; }
    public required string Lane { get; set; }
    public required string Provider { get; set; }
    public required string Model { get; set; }
    public required string Request { get; set; }
    public required byte[] RequestHash { get; set; }

    /// <summary>What it may cost, in billionths of a dollar; 0 without a price.</summary>
    public long EstimateNanos { get; set; }

    /// <summary>Its place in the output, in the order in which lines end.</summary>
    public long? Position { get; set; }
}

/// <summary>The states of a line, as they stand in the table.</summary>
public static class BatchLineState
{
    /// <summary>Not yet let go.</summary>
    public const string Pending = "pending";

    /// <summary>A generation.</summary>
    public const string Released = "released";

    /// <summary>Its generation has an answer.</summary>
    public const string Completed = "completed";

    /// <summary>Its generation has failed.</summary>
    public const string Failed = "failed";

    /// <summary>Its generation was cancelled.</summary>
    public const string Cancelled = "cancelled";
}

/// <summary>What a line looks like, and so its result.</summary>
public static class BatchLineForm
{
    /// <summary>Ours: <c>{"custom_id","prompt",…}</c>.</summary>
    public const string Short = "short";

    /// <summary>A body of <c>/v1/chat/completions</c>.</summary>
    public const string Chat = "chat";

    /// <summary>A body of <c>/v1/responses</c>.</summary>
    public const string Response = "response";
}
