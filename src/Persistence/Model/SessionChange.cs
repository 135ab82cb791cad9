namespace Millrace.Persistence.Model;

/// <summary>A request that has changed a session, so that its repetition changes nothing more.</summary>
internal sealed class SessionChange
{
    /// <summary>An id of the tenant, the session and the request together.</summary>
    public Guid RequestId { get; set; }
    public DateTimeOffset MadeAt { get; set; }
}
