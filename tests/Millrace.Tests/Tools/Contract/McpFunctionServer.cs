using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Millrace.Tests.Tools.Contract;

/// <summary>An MCP server in this process, over HTTP, with one function as its tool: as much of the protocol as a client needs for that.</summary>
internal sealed class McpFunctionServer : IAsyncDisposable
{
    private const int MethodNotFound = -32601;

    private readonly WebApplication app;
    private readonly AIFunction function;

    private McpFunctionServer(AIFunction function)
    {
        this.function = function;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.Zero);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0));
        app = builder.Build();
        app.MapPost("/mcp", AnswerAsync);
    }

    public string Address => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single() + "/mcp";

    public static async Task<McpFunctionServer> StartAsync(AIFunction function)
    {
        var server = new McpFunctionServer(function);
        await server.app.StartAsync();
        return server;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task AnswerAsync(HttpContext http)
    {
        var message = (await JsonNode.ParseAsync(http.Request.Body, cancellationToken: http.RequestAborted))!.AsObject();
        if (message["id"] is not { } id)
        {
            http.Response.StatusCode = StatusCodes.Status202Accepted; // a notification
            return;
        }
        var answer = new JsonObject { ["jsonrpc"] = "2.0", ["id"] = id.DeepClone() };
        if (await ResultAsync(message, http.RequestAborted) is { } result) answer["result"] = result;
        else answer["error"] = new JsonObject { ["code"] = MethodNotFound, ["message"] = "This server does not have the method." };
        await http.Response.WriteAsJsonAsync(answer, http.RequestAborted);
    }

    private async Task<JsonObject?> ResultAsync(JsonObject message, CancellationToken cancellation) => (string?)message["method"] switch
    {
        "initialize" => new()
        {
            ["protocolVersion"] = message["params"]!["protocolVersion"]!.DeepClone(),
            ["capabilities"] = new JsonObject { ["tools"] = new JsonObject() },
            ["serverInfo"] = new JsonObject { ["name"] = "functions", ["version"] = "1" },
        },
        "tools/list" => new() { ["tools"] = new JsonArray(Definition()) },
        "tools/call" => await CallAsync(message["params"]!["arguments"]!, cancellation),
        _ => null,
    };

    private JsonObject Definition() => new()
    {
        ["name"] = function.Name,
        ["description"] = function.Description,
        ["inputSchema"] = JsonNode.Parse(function.JsonSchema.GetRawText()),
    };

    private async Task<JsonObject> CallAsync(JsonNode arguments, CancellationToken cancellation)
    {
        try
        {
            var given = arguments.Deserialize<Dictionary<string, object?>>();
            return Result($"{await function.InvokeAsync(new AIFunctionArguments(given), cancellation)}", isError: false);
        }
        catch (InvalidOperationException fault)
        {
            return Result(fault.Message, isError: true);
        }
    }

    private static JsonObject Result(string text, bool isError) => new()
    {
        ["content"] = new JsonArray(new JsonObject { ["type"] = "text", ["text"] = text }),
        ["isError"] = isError,
    };
}
