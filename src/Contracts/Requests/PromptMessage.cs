namespace Millrace.Contracts;

/// <summary>One message of a conversation that travels with the request.</summary>
/// <param name="Role">Who speaks.</param>
/// <param name="Text">What is said; passed on exactly, never trimmed. It may be empty: an assistant's message that says nothing is left out, a user's goes to the provider as it is.</param>
public sealed record PromptMessage(MessageRole Role, string Text)
{
    /// <summary>The tools that the model called in this message. Only of the assistant. Default: none.</summary>
    public IReadOnlyList<ToolCall>? ToolCalls { get; init; }

    /// <summary>What came of the calls of the message before. Only of a message with the role <see cref="MessageRole.Tool"/>. Default: none.</summary>
    public IReadOnlyList<ToolResult>? ToolResults { get; init; }

    /// <summary>
    /// What the model thought before it said this, as <see cref="GenerationCompleted.Reasoning"/> or its chunks told. Only of the assistant. It is given to the model
    /// again where the provider's wire has a place for it: Ollama, and servers that speak OpenAI's wire and are not OpenAI or Hugging Face. Default: none.
    /// </summary>
    public string? Reasoning { get; init; }

    /// <summary>Pictures and files. Only of the user. At most 16. Default: none.</summary>
    public IReadOnlyList<Attachment>? Attachments { get; init; }
}
