namespace Millrace.Contracts;

/// <summary>One message of a conversation that travels with the request.</summary>
/// <param name="Role">Who speaks.</param>
/// <param name="Text">What is said. Not empty; passed on exactly, never trimmed.</param>
public sealed record PromptMessage(MessageRole Role, string Text);
