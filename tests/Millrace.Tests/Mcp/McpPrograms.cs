using Millrace.Tests.Servers;

namespace Millrace.Tests.Mcp;

/// <summary>The servers that the tests use, as programs: the protocol's own ones, one of ours on the same library, and one by hand.</summary>
internal static class McpPrograms
{
    private static readonly string Folder = Path.Combine(TestPaths.Repository, "tests/mcp");

    /// <summary>node, what it needs of a file that stands in for Debian 12's missing parts, and the program.</summary>
    public static IReadOnlyList<string> Everything { get; } = Node("node_modules/@modelcontextprotocol/server-everything/dist/index.js");

    /// <summary>The protocol's own server of files, for one folder.</summary>
    public static IReadOnlyList<string> Files(string folder) => [.. Node("node_modules/@modelcontextprotocol/server-filesystem/dist/index.js"), folder];

    /// <summary>A server that answers what no reader expects.</summary>
    public static IReadOnlyList<string> Odd { get; } = Node("odd-server.mjs");

    public static IReadOnlyList<string> Changing { get; } = Node("changing-server.mjs");

    /// <summary>A server as settings of a worker's environment.</summary>
    public static IEnumerable<(string Name, string Value)> Settings(string name, IEnumerable<string> command) =>
    [
        ($"Millrace__McpServers__{name}__Command", command.First()),
        .. command.Skip(1).Select((argument, index) => ($"Millrace__McpServers__{name}__Arguments__{index}", argument)),
    ];

    /// <summary>The protocol's test server behind an address, there when this returns.</summary>
    public static async Task<GuardedProcess> ServeAsync(int port)
    {
        var server = await GuardedProcess.StartAsync([.. Everything, "streamableHttp"], new Dictionary<string, string?> { ["PORT"] = $"{port}" });
        await server.Output.WaitForLineAsync("listening on port");
        return server;
    }

    private static string[] Node(string program)
    {
        var path = Path.Combine(Folder, program);
        if (!Directory.Exists(Path.Combine(Folder, "node_modules")))
            throw new InvalidOperationException($"The MCP servers for the tests are not installed: run 'npm ci' in {Folder}, as test.sh does.");
        return ["node", "--require", Path.Combine(Folder, "node18.cjs"), path];
    }
}
