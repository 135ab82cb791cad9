namespace Millrace.Client.Errors;

/// <summary>The gateway takes no calls with this API key, or not this one: it is missing, unknown or withdrawn, or may not do what was asked.</summary>
/// <param name="message">What the gateway says; the key is not in it.</param>
public sealed class AccessRefusedException(string message) : Exception(message);
