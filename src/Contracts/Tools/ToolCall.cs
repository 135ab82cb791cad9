namespace Millrace.Contracts;

/// <summary>A call of a tool, as the model asked for it.</summary>
/// <param name="Id">The call's id, unique in its generation.</param>
/// <param name="Name">The tool.</param>
/// <param name="Arguments">
/// Its arguments, a JSON object as text. Of a <see cref="CallerTool"/> exactly what the model wrote, in rare cases a JSON value of another kind.
/// </param>
public sealed record ToolCall(string Id, string Name, string Arguments);
