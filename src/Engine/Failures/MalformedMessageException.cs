namespace Millrace.Engine.Failures;

/// <summary>A message that cannot be what it claims to be; it goes to the error queue with this text.</summary>
public sealed class MalformedMessageException(string message) : Exception(message);
