using System.Threading.Channels;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace Millrace.Worker.Mcp;

/// <summary>One connection to a server, from its start to its end.</summary>
internal sealed class McpSession : IAsyncDisposable
{
    private static readonly TimeSpan ClosePatience = TimeSpan.FromSeconds(2);

    private readonly Channel<bool> looks = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly McpProcess? process;
    private readonly HttpClient? http;
    private McpClient? client;

    private McpSession(McpProcess? process, HttpClient? http) => (this.process, this.http) = (process, http);

    /// <summary>Starts the server if it is a program, and says hello to it.</summary>
    public static async Task<McpSession> OpenAsync(string name, McpServerSetting setting, Action<string> errorLine, CancellationToken cancellation)
    {
        var session = setting.Command is null ? new McpSession(null, McpHttp.Client()) : new McpSession(McpProcess.Start(setting, errorLine), null);
        try
        {
            IClientTransport transport = session.process is { } program
                ? new StreamClientTransport(program.Input, program.Output)
                : McpHttp.Transport(name, setting, session.http!);
            session.client = await McpClient.CreateAsync(transport, session.Options(setting), cancellationToken: cancellation).WaitAsync(cancellation);
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    public async Task<IReadOnlyList<Tool>> ToolsAsync(CancellationToken cancellation) =>
        [.. (await client!.ListToolsAsync(cancellationToken: cancellation).AsTask().WaitAsync(cancellation)).Select(tool => tool.ProtocolTool)];

    /// <summary>Makes a call. Cancelled, the server is told so.</summary>
    public ValueTask<CallToolResult> CallAsync(string tool, IReadOnlyDictionary<string, object?> arguments, CancellationToken cancellation) =>
        client!.CallToolAsync(tool, arguments, cancellationToken: cancellation);

    /// <summary>The tools may have changed, or the server may be gone: <see cref="NextLookAsync"/> returns.</summary>
    public void LookAgain() => looks.Writer.TryWrite(true);

    /// <summary>True when the tools have to be listed again, false when the connection has ended.</summary>
    public async Task<bool> NextLookAsync(CancellationToken cancellation)
    {
        var look = looks.Reader.ReadAsync(cancellation).AsTask();
        return await Task.WhenAny(client!.Completion, look) == look && await look;
    }

    public async ValueTask DisposeAsync()
    {
        // The program first: the package's reader of its output sees the end then, and would else wait for it
        if (process is not null) await process.DisposeAsync();
        try
        {
            if (client is not null) await client.DisposeAsync().AsTask().WaitAsync(ClosePatience);
        }
        catch (Exception) // a server that is gone or hangs cannot be told goodbye
        {
        }
        http?.Dispose();
    }

    private McpClientOptions Options(McpServerSetting setting) => new()
    {
        ClientInfo = new Implementation { Name = "millrace", Version = typeof(McpSession).Assembly.GetName().Version!.ToString(3) },
        InitializationTimeout = setting.ConnectTimeout,
        Handlers = new McpClientHandlers
        {
            NotificationHandlers = [new(NotificationMethods.ToolListChangedNotification, (_, _) =>
            {
                LookAgain();
                return ValueTask.CompletedTask;
            })],
        },
    };
}
