using System.Text.Json;
using Millrace.Tests.Fleet;
using Millrace.Tests.Servers;
using static Millrace.Tests.Tools.ToolTalk;

namespace Millrace.Tests.Mcp;

/// <summary>One worker with MCP servers: four that it starts, one behind an address, and one that is not there.</summary>
[CollectionDefinition(Name)]
public sealed class McpFleet(TestServers servers) : IAsyncLifetime, ICollectionFixture<McpFleet>
{
    public const string Name = "MCP servers";

    private GuardedProcess web = null!;

    private readonly ScratchFolder folder = new("mcp");

    /// <summary>What the server of files serves.</summary>
    internal string Folder => folder.Path;

    internal FleetFixture Fleet { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var port = FreePorts.Next();
        web = await McpPrograms.ServeAsync(port);
        Fleet = await FleetFixture.StartAsync(servers, 1,
        [
            .. McpPrograms.Settings("everything", McpPrograms.Everything),
            ("Millrace__McpServers__everything__Environment__GIVEN", "given to the server"),
            .. McpPrograms.Settings("changing", McpPrograms.Changing),
            ("Millrace__McpServers__changing__Prefix", "c_"),
            ("Millrace__Tools__c_hang__Timeout", "00:00:05"), // the call has to be there before it is given up
            .. McpPrograms.Settings("odd", McpPrograms.Odd),
            .. McpPrograms.Settings("files", McpPrograms.Files(Folder)),
            ("Millrace__McpServers__web__Endpoint", $"http://127.0.0.1:{port}/mcp"),
            ("Millrace__McpServers__web__Tools__0", "echo"),
            ("Millrace__McpServers__absent__Command", "/nowhere/server"),
        ]);
    }

    /// <summary>A model calls a tool once. What its call was answered, and whether as an error.</summary>
    internal async Task<(string Result, bool IsError)> CallAsync(string tool, object? arguments = null)
    {
        var prompt = $"Call {tool} {Guid.NewGuid()}";
        Fleet.Provider.Respond(call =>
        {
            if (ResultsIn(call) is { Count: > 0 }) call.Text("Thanks.").Usage(1, 1).Stop();
            else call.ToolCall(tool, JsonSerializer.Serialize(arguments ?? new { })).Usage(1, 1).Finish("tool_calls");
        });
        var id = await Fleet.SubmitAsync(Ask(prompt, tool));
        var end = await Fleet.Events.TerminalAsync(id);
        if (end.Kind != "completed") return ($"{end.Message}", true);
        var row = await Fleet.QueryAsync<string>("SELECT jsonb_build_array(state, coalesce(result, error))::text FROM tool_calls WHERE generation_id = $1", id);
        var parts = JsonElement.Parse(row);
        return (parts[1].GetString()!, parts[0].GetString() == "failed");
    }

    public async ValueTask DisposeAsync()
    {
        await Fleet.DisposeAsync();
        await web.DisposeAsync();
        folder.Dispose();
    }
}
