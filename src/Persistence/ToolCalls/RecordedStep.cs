namespace Millrace.Persistence.ToolCalls;

/// <summary>A step as it is recorded.</summary>
public sealed record RecordedStep(int Number, string Provider, string Model, string Content, long Through, string? Usage)
{
    /// <summary>In billionths of a US dollar; null if not known.</summary>
    public long? CostNanos { get; init; }
}
