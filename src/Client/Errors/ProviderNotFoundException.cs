namespace Millrace.Client.Errors;

/// <summary>The fleet has no provider or model of the name that was asked for; the message says which there are.</summary>
/// <param name="message">Cause, rule and choices.</param>
public sealed class ProviderNotFoundException(string message) : Exception(message);
