using Millrace.Contracts;

namespace Millrace.Client.Errors;

/// <summary>The request never became a generation: it could not be read, or its id belongs to a different request.</summary>
public sealed class RequestRejectedException(RequestRejected rejected)
    : Exception($"Request {rejected.GenerationId} was rejected ({rejected.Reason}): {rejected.Message}")
{
    /// <summary>The event.</summary>
    public RequestRejected Rejected { get; } = rejected;
}
