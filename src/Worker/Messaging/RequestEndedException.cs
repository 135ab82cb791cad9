namespace Millrace.Worker.Messaging;

/// <summary>How a request ended that its requester waits for; never thrown.</summary>
internal sealed class RequestEndedException(string message) : Exception(message);
