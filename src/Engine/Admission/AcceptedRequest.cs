using Millrace.Engine.Requests;
using Millrace.Persistence.Generations;

namespace Millrace.Engine.Admission;

/// <summary>A request and the row of its id.</summary>
/// <param name="Incoming">The request as it came, with what its attachments are.</param>
/// <param name="Stored">The row: its own, or another request's of the same id.</param>
public sealed record AcceptedRequest(IncomingRequest Incoming, StoredGeneration Stored)
{
    /// <summary>False when the id belongs to another request, whose row is untouched.</summary>
    public bool IsItsOwn => Stored.RequestHash.AsSpan().SequenceEqual(Incoming.Hash);
}
