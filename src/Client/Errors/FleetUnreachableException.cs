namespace Millrace.Client.Errors;

/// <summary>The broker or the gateway was not there, or did not confirm a request, in time.</summary>
/// <remarks>
/// A request whose confirmation did not come may have arrived. Sending it again with the same <c>GenerationId</c> is safe: it is the
/// same generation.
/// </remarks>
public sealed class FleetUnreachableException(string message, Exception? innerException = null)
    : TimeoutException(message, innerException);
