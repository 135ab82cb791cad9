namespace Millrace.Client;

/// <summary>Nobody would take the request: no worker has ever connected to this broker and virtual host.</summary>
/// <remarks>Workers declare durable queues. Once one has, requests wait for the next one and this is not thrown.</remarks>
public sealed class NoWorkersException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    internal static NoWorkersException For(string request, Exception cause) => new(
        $"Nobody takes {request}: no worker has ever connected to this broker and virtual host. " +
        "Start a Millrace worker, or check that the client's connection string names the same broker and virtual host as the workers'.",
        cause);
}
