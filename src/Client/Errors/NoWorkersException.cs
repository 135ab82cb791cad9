namespace Millrace.Client.Errors;

/// <summary>Nobody would take the request: no worker has ever connected to this broker and virtual host.</summary>
/// <remarks>Workers declare durable queues. Once one has, requests wait for the next one and this is not thrown.</remarks>
public sealed class NoWorkersException(string message, Exception? innerException = null) : Exception(message, innerException);
