namespace Millrace.Persistence.Model;

/// <summary>
/// Many generations out of one file. Whoever changes its counts or lets lines go locks its row first.
/// </summary>
public sealed class Batch
{
    public Guid Id { get; set; }
    public required string Tenant { get; set; }
    public required string State { get; set; }

    /// <summary>
    /// Where the lines would be posted to, for example <c>/v1/chat/completions</c>. Absent: every line says it itself.
    /// </summary>
    public string? Endpoint { get; set; }

    public Guid InputFileId { get; set; }
    public required string Channel { get; set; }

    /// <summary>What lines get that do not name it: <see cref="BatchDefaults"/> as JSON.</summary>
    public required string Defaults { get; set; }

    /// <summary>The creator's labels, as JSON.</summary>
    public string? Metadata { get; set; }

    /// <summary>Its share among the batches of its tenant, 1 to 100.</summary>
    public int Weight { get; set; }

    /// <summary>How long it may take, in milliseconds.</summary>
    public long Window { get; set; }

    /// <summary>
    /// How long its output is kept behind its end, in milliseconds; absent: as long as its generations.
    /// </summary>
    public long? OutputKept { get; set; }

    /// <summary>What it may cost, in billionths of a dollar.</summary>
    public long? BudgetNanos { get; set; }

    public long SpentNanos { get; set; }

    /// <summary>What the lines that are out may cost, by estimate.</summary>
    public long ReservedNanos { get; set; }

    /// <summary>True while every line that has ended had a price.</summary>
    public bool HasCost { get; set; }

    public long Total { get; set; }
    public long Completed { get; set; }
    public long Failed { get; set; }

    /// <summary>The last place that was given to a line in the output.</summary>
    public long LastPosition { get; set; }

    public long InputTokens { get; set; }
    public long CachedTokens { get; set; }
    public long OutputTokens { get; set; }
    public long ReasoningTokens { get; set; }

    /// <summary>Why its file was refused, as a JSON array of <see cref="BatchFault"/>.</summary>
    public string? Faults { get; set; }

    /// <summary>Who checks its file.</summary>
    public Guid? Owner { get; set; }

    /// <summary>The owners that it was taken from, since they were dead: their ids, with a space between two.</summary>
    public string? LostWorkers { get; set; }

    /// <summary>The fence of whoever checks its file: every claim adds one.</summary>
    public int Epoch { get; set; }

    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset ExpiresAt { get; set; }
    public DateTimeOffset? BegunAt { get; set; }

    /// <summary>
    /// When the first line that is left was told to stop: a cancel, the end of the window, or of the money.
    /// </summary>
    public DateTimeOffset? StoppingAt { get; set; }

    public DateTimeOffset? FinishedAt { get; set; }

    /// <summary>When its progress was last told.</summary>
    public DateTimeOffset ToldAt { get; set; }

    /// <summary>When the broker confirmed its end.</summary>
    public DateTimeOffset? AnnouncedAt { get; set; }
}
