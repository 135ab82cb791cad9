using Millrace.Contracts;

namespace Millrace.Worker.Cli;

/// <summary>What models and tools do, in a line each.</summary>
internal static class ToolLines
{
    private const int Most = 200;

    /// <summary>The line for a chunk; null for one that is not about a tool.</summary>
    public static string? Of(ChunkProduced chunk) => chunk switch
    {
        { Kind: ChunkKind.ToolCall, ToolCall: { } call } => Of(call),
        { Kind: ChunkKind.ToolResult, ToolCall: { } call } => Of(call.Name, Short(chunk.Text ?? ""), chunk.IsError == true),
        _ => null,
    };

    public static string Of(ToolCall call) => $"[calling {call.Name} {Short(call.Arguments)}]";

    public static string Of(string tool, string result, bool isError) => $"[{tool}{(isError ? " failed" : "")}: {result}]";

    public static string Short(string text)
    {
        var line = string.Join(' ', text.Split([' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries));
        if (line.Length <= Most) return line;
        return line[..(char.IsHighSurrogate(line[Most - 1]) ? Most - 1 : Most)] + "…";
    }
}
