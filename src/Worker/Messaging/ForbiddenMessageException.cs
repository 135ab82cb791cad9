namespace Millrace.Worker.Messaging;

/// <summary>A message that its sender may not send. The message says why.</summary>
internal sealed class ForbiddenMessageException(string message) : Exception(message);
