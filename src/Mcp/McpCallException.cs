namespace Millrace.Mcp;

/// <summary>A call that failed; the message is for the model.</summary>
internal sealed class McpCallException(string message) : Exception(message);
