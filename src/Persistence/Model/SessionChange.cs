namespace Millrace.Persistence;

/// <summary>A request that has changed a session, so that its repetition changes nothing more.</summary>
public sealed class SessionChange
{
    public Guid RequestId { get; set; }
    public DateTimeOffset MadeAt { get; set; }
}
