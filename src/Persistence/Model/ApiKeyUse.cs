namespace Millrace.Persistence.Model;

/// <summary>A generation that was asked for with a key: what the key's limits count.</summary>
internal sealed class ApiKeyUse
{
    public Guid GenerationId { get; set; }
    public Guid KeyId { get; set; }
    public DateTimeOffset MadeAt { get; set; }
}
