using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Millrace.Engine.Settings;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace Millrace.Mcp;

/// <summary>One connection to a server, from its start to its end.</summary>
internal sealed class McpSession : IAsyncDisposable
{
    private static readonly TimeSpan ClosePatience = TimeSpan.FromSeconds(2);

    /// <summary>From this revision of the protocol on, a server tells of changes only those who ask for it.</summary>
    private const string FirstToBeAsked = "2026-07-28";

    private readonly Channel<bool> looks = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource ending = new();
    private readonly TimeProvider time;
    private readonly McpProcess? process;
    private readonly HttpClient? http;
    private McpClient? client;

    private McpSession(TimeProvider time, McpProcess? process, HttpClient? http) => (this.time, this.process, this.http) = (time, process, http);

    /// <summary>Starts the server if it is a program, and says hello to it.</summary>
    public static async Task<McpSession> OpenAsync(
        string name, McpServerSetting setting, Action<string> errorLine, TimeProvider time, CancellationToken cancellation)
    {
        var session = setting.Command is null
            ? new McpSession(time, null, McpHttp.Client())
            : new McpSession(time, McpProcess.Start(setting, errorLine, time), null);
        try
        {
            IClientTransport transport = session.process is { } program
                ? new StreamClientTransport(program.Input, program.Output)
                : McpHttp.Transport(name, setting, session.http!);
            await session.ConnectAsync(transport, setting, cancellation);
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <summary>A session over any transport.</summary>
    public static async Task<McpSession> OpenAsync(IClientTransport transport, McpServerSetting setting, TimeProvider time, CancellationToken cancellation)
    {
        var session = new McpSession(time, null, null);
        await session.ConnectAsync(transport, setting, cancellation);
        return session;
    }

    /// <summary>All pages of the server's list.</summary>
    public async Task<IReadOnlyList<ListedTool>> ToolsAsync(CancellationToken cancellation)
    {
        var found = new List<ListedTool>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        string? cursor = null;
        do
        {
            var page = await AskAsync(RequestMethods.ToolsList, new ListToolsRequestParams { Cursor = cursor }, cancellation).WaitAsync(cancellation);
            (var tools, cursor) = McpToolList.Read(page);
            found.AddRange(tools.Select(Known));
        }
        while (cursor is not null && seen.Add(cursor)); // one that sends readers round in a circle is read once
        return found;
    }

    /// <summary>Makes a call. Cancelled, the server is told so.</summary>
    public Task<JsonNode?> CallAsync(string tool, IReadOnlyDictionary<string, object?> arguments, CancellationToken cancellation) => AskAsync(
        RequestMethods.ToolsCall,
        new CallToolRequestParams
        {
            Name = tool,
            Arguments = arguments.ToDictionary(argument => argument.Key, argument => JsonSerializer.SerializeToElement(argument.Value, McpJsonUtilities.DefaultOptions)),
        },
        cancellation);

    /// <summary>The tools may have changed, or the server may be gone: <see cref="NextLookAsync"/> returns.</summary>
    public void LookAgain() => looks.Writer.TryWrite(true);

    /// <summary>True when the tools have to be listed again, false when the connection has ended.</summary>
    /// <param name="atLatest">When to look again in any case.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public async Task<bool> NextLookAsync(Func<CancellationToken, Task> atLatest, CancellationToken cancellation)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var first = await Task.WhenAny(client!.Completion, looks.Reader.WaitToReadAsync(waiting.Token).AsTask(), atLatest(waiting.Token));
        await waiting.CancelAsync();
        cancellation.ThrowIfCancellationRequested();
        if (first == client.Completion) return false;
        looks.Reader.TryRead(out _);
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        // The program first: the package's reader of its output sees the end then, and would else wait for it
        if (process is not null) await process.DisposeAsync();
        try
        {
            if (client is not null) await client.DisposeAsync().AsTask().WaitAsync(ClosePatience, time);
        }
        catch (Exception) // a server that is gone or hangs cannot be told goodbye
        {
        }
        http?.Dispose();
        ending.Dispose();
    }

    /// <summary>The answer as it came: the package's types refuse a whole answer for one member that they do not know.</summary>
    private async Task<JsonNode?> AskAsync<T>(string method, T parameters, CancellationToken cancellation) => (await client!.SendRequestAsync(
        new JsonRpcRequest { Method = method, Params = JsonSerializer.SerializeToNode(parameters, McpJsonUtilities.DefaultOptions) }, cancellation)).Result;

    /// <summary>Tells the package of a tool: over HTTP it repeats some of the arguments in headers, as the tool's schema says.</summary>
    private ListedTool Known(ListedTool tool)
    {
        if (tool.Definition is null) return tool;
        try
        {
            client!.AddKnownTools([tool.Definition]);
            return tool;
        }
        catch (ArgumentException)
        {
            return tool with { Problem = "what its schema says about headers breaks the protocol's rules" };
        }
    }

    private async Task ConnectAsync(IClientTransport transport, McpServerSetting setting, CancellationToken cancellation)
    {
        client = await McpClient.CreateAsync(transport, Options(setting), cancellationToken: cancellation).WaitAsync(cancellation);
        if (client.ServerCapabilities.Tools?.ListChanged is true && string.CompareOrdinal(client.NegotiatedProtocolVersion, FirstToBeAsked) >= 0)
            _ = ListenAsync(client);
    }

    /// <summary>Asks to be told of changes; the request lasts as long as the session.</summary>
    private async Task ListenAsync(McpClient connected)
    {
        try
        {
            var wanted = new SubscriptionsListenRequestParams { Notifications = new SubscriptionsListenNotifications { ToolsListChanged = true } };
            await connected.SendRequestAsync(
                new JsonRpcRequest { Method = RequestMethods.SubscriptionsListen, Params = JsonSerializer.SerializeToNode(wanted, McpJsonUtilities.DefaultOptions) }, ending.Token);
        }
        catch (Exception) // it ends with the session; one that is refused is listed again when a call fails, or with the next connection
        {
        }
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
