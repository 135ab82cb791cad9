using System.IO.Pipelines;
using Millrace.Engine.Settings;
using Millrace.Mcp;
using Millrace.Tests.Servers;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using Sdk = ModelContextProtocol.Server;

namespace Millrace.Tests.Mcp;

/// <summary>A session with a server of the protocol's newest revision, in this process.</summary>
public sealed class McpSessionTests
{
    [Fact]
    public async Task A_server_that_has_to_be_asked_for_changes_is_asked()
    {
        var (toServer, toClient) = (new Pipe(), new Pipe());
        var tools = new McpServerPrimitiveCollection<McpServerTool> { McpServerTool.Create(() => "a", new() { Name = "a" }) };
        await using var server = Sdk.McpServer.Create(
            new StreamServerTransport(toServer.Reader.AsStream(), toClient.Writer.AsStream()),
            new McpServerOptions { ServerInfo = new Implementation { Name = "new", Version = "1" }, ToolCollection = tools });
        using var stop = new CancellationTokenSource();
        var running = server.RunAsync(stop.Token);
        await using var session = await McpSession.OpenAsync(
            new StreamClientTransport(toServer.Writer.AsStream(), toClient.Reader.AsStream()), new McpServerSetting(), TimeProvider.System, CancellationToken.None);
        Assert.Equal(["a"], (await session.ToolsAsync(CancellationToken.None)).Select(tool => tool.Name));

        var look = session.NextLookAsync(atLatest => Task.Delay(Timeout.Infinite, atLatest), CancellationToken.None);
        var added = 0;
        await Until.TrueAsync(() => // it does not hear of those before its request has arrived
        {
            tools.Add(McpServerTool.Create(() => "b", new() { Name = $"b{added++}" }));
            return look.IsCompleted;
        }, "the look");

        Assert.True(await look);
        Assert.Contains(await session.ToolsAsync(CancellationToken.None), tool => tool.Name == "b0");
        await stop.CancelAsync();
        await Task.WhenAny(running);
    }
}
