namespace Millrace.Worker.Publishing;

/// <summary>How a request ended that its requester waits for; never thrown.</summary>
internal sealed class RequestEndedException(string message) : Exception(message);
