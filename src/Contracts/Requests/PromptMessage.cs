namespace Millrace.Contracts;

/// <summary>One message of a conversation that travels with the request.</summary>
/// <param name="Role">Who speaks.</param>
/// <param name="Text">What is said; passed on exactly, never trimmed. Not empty, unless the message has tool calls, tool results or attachments.</param>
public sealed record PromptMessage(MessageRole Role, string Text)
{
    /// <summary>The tools that the model called in this message. Only of the assistant. Default: none.</summary>
    public IReadOnlyList<ToolCall>? ToolCalls { get; init; }

    /// <summary>What came of the calls of the message before. Only of a message with the role <see cref="MessageRole.Tool"/>. Default: none.</summary>
    public IReadOnlyList<ToolResult>? ToolResults { get; init; }

    /// <summary>Pictures and files. Only of the user. At most 16. Default: none.</summary>
    public IReadOnlyList<Attachment>? Attachments { get; init; }
}
