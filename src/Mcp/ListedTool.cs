using ModelContextProtocol.Protocol;

namespace Millrace.Mcp;

/// <summary>A tool as a server lists it.</summary>
/// <param name="Name">The server's own name of it.</param>
/// <param name="Definition">What it is; null if that could not be read.</param>
/// <param name="Problem">Why it cannot be offered; else null.</param>
internal sealed record ListedTool(string Name, Tool? Definition, string? Problem = null);
