namespace Millrace.Persistence.Model;

/// <summary>
/// What a generation holds of a budget until it has ended. It is the generation's and not a run's: whoever goes on with
/// the generation finds it.
/// </summary>
internal sealed class Reservation
{
    public Guid GenerationId { get; set; }
    public required string BudgetKey { get; set; }
    public long Nanos { get; set; }
}
