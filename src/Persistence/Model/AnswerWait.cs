namespace Millrace.Persistence.Model;

/// <summary>A generation that is parked until another one has the answer.</summary>
internal sealed class AnswerWait
{
    public Guid GenerationId { get; set; }
    public required byte[] Key { get; set; }
}
