namespace Millrace.Engine.Settings;

/// <summary>
/// An MCP server whose tools become tools of this worker, section <c>Millrace:McpServers:&lt;name&gt;</c>: a program that the worker starts
/// (<see cref="Command"/>) or an address (<see cref="Endpoint"/>). What is set of a tool's options holds for each of its tools.
/// </summary>
public sealed class McpServerSetting : ToolSetting
{
    /// <summary>The program to start; it speaks the protocol on its standard input and output. A path, or a name that is looked up in PATH.</summary>
    public string? Command { get; set; }

    /// <summary>The program's arguments, one an entry. Default: none.</summary>
    public IList<string> Arguments { get; set; } = [];

    /// <summary>The program's environment, beside PATH, HOME and the like; nothing else of the worker's own reaches it. Default: empty.</summary>
    public IDictionary<string, string> Environment { get; set; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Where the program runs. Default: the worker's working folder.</summary>
    public string? WorkingDirectory { get; set; }

    /// <summary>True to log what the program writes to its standard error, whatever that is. Default: false.</summary>
    public bool LogStandardError { get; set; }

    /// <summary>The server's address for streamable HTTP, or for the older transport over SSE. https, or http to this machine.</summary>
    public string? Endpoint { get; set; }

    /// <summary>Sent with each request. Default: none.</summary>
    public IDictionary<string, string> Headers { get; set; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>A file with a key that is sent as bearer token. It is read at each connecting. Default: none.</summary>
    public string? ApiKeyFile { get; set; }

    /// <summary>True to allow http to another machine: arguments, results and keys are then readable on the way. Default: false.</summary>
    public bool AllowHttp { get; set; }

    /// <summary>Put before the name of each of its tools, up to 32 letters, digits, '_' and '-'. Default: the section's name and '_'.</summary>
    public string? Prefix { get; set; }

    /// <summary>Which of its tools to offer, by the server's own names; a '*' at an entry's end stands for every name that begins so. Default: all.</summary>
    public IList<string> Tools { get; set; } = [];

    /// <summary>
    /// True to believe the server which of its tools only read or are idempotent, and to repeat calls of those after a crash. Only where
    /// <see cref="ToolSetting.Idempotent"/> is not set. Default: false; the protocol itself says not to rely on hints of a server that one does not trust.
    /// </summary>
    public bool TrustHints { get; set; }

    /// <summary>How long starting, connecting and listing the tools may take in all, 1 s to 5 min. Default: 30 s.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(30);

    public string PrefixFor(string name) => Prefix ?? name + "_";
}
