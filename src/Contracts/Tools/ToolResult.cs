namespace Millrace.Contracts;

/// <summary>What came of a tool call, as the model is told.</summary>
/// <param name="CallId">The id of the <see cref="ToolCall"/>.</param>
/// <param name="Text">What the tool returned, as text or JSON text; of a call that failed, why.</param>
/// <param name="IsError">True when the call failed.</param>
public sealed record ToolResult(string CallId, string Text, bool IsError = false);
