using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Millrace.Engine.Settings;
using Millrace.Engine.Tools;
using Millrace.Mcp;
using Millrace.Tests.Servers;
using Millrace.Tests.Timing;
using ModelContextProtocol.Protocol;
using Tool = ModelContextProtocol.Protocol.Tool;

namespace Millrace.Tests.Mcp;

[Integration]
public sealed class McpServerTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(4, 8)]
    [InlineData(7, 60)]
    [InlineData(1000, 60)]
    public void The_pauses_between_tries_grow_to_a_minute(int failures, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), McpServer.PauseAfter(failures));

    [Fact]
    public async Task A_server_behind_an_address_may_come_late_and_restart()
    {
        var port = FreePorts.Next();
        var tools = new McpTools();
        var time = new FakeTimeProvider();
        using var stopping = new CancellationTokenSource();
        var setting = new McpServerSetting { Endpoint = $"http://127.0.0.1:{port}/mcp", ConnectTimeout = TimeSpan.FromDays(1) };
        var server = new McpServer("late", setting, SetOf("late", setting, tools), time, NullLogger.Instance);
        var running = server.RunAsync(stopping.Token);
        await Until.DoneAsync(server.Tried);
        Assert.Empty(tools.All);

        await using (await McpPrograms.ServeAsync(port)) await UntilAsync(time, () => EchoAsync(server), "Echo: hello");
        Assert.Contains(tools.All, tool => tool.Name == "late_echo");
        await UntilAsync(time, () => EchoAsync(server), "The MCP server 'late' is not connected, so the call was not made. It is tried again in the background.");
        Assert.Contains(tools.All, tool => tool.Name == "late_echo");
        await using (await McpPrograms.ServeAsync(port)) await UntilAsync(time, () => EchoAsync(server), "Echo: hello");

        await stopping.CancelAsync();
        await Until.DoneAsync(running);
    }

    [Fact]
    public async Task A_program_that_says_nothing_is_given_up_and_ended()
    {
        var name = $"9{Random.Shared.Next(10_000_000, 99_999_999)}"; // seconds: nobody else sleeps for as long
        var time = new WatchedTime();
        using var stopping = new CancellationTokenSource();
        var setting = new McpServerSetting { Command = "sleep", Arguments = [name] };
        var server = new McpServer("mute", setting, SetOf("mute", setting, new McpTools()), time, NullLogger.Instance);
        var running = server.RunAsync(stopping.Token);
        await Until.TrueAsync(() => IsRunning(name));
        Assert.False(server.Tried.IsCompleted);

        time.Advance(new McpServerSetting().ConnectTimeout);
        await time.WaitsAsync(TimeSpan.FromSeconds(2)); // its input is closed, which means nothing to it
        Assert.True(IsRunning(name));
        time.Advance(TimeSpan.FromSeconds(2));

        await Until.DoneAsync(server.Tried);
        Assert.False(IsRunning(name));
        await stopping.CancelAsync();
        await Until.DoneAsync(running);
    }

    [Theory]
    [InlineData(false, null, false)]
    [InlineData(true, null, true)]
    [InlineData(true, false, false)]
    [InlineData(false, true, true)]
    public async Task A_hint_counts_only_where_it_is_trusted_and_nothing_is_set(bool trusted, bool? set, bool idempotent)
    {
        var tools = new McpTools();
        var setting = new McpServerSetting { TrustHints = trusted, Idempotent = set };

        await OfferAsync(SetOf("s", setting, tools), new Tool { Name = "read", Annotations = new ToolAnnotations { ReadOnlyHint = true } });

        Assert.Equal(idempotent, Assert.Single(tools.All).Options.Idempotent);
    }

    [Fact]
    public async Task Tools_that_cannot_be_offered_are_left_out_with_a_reason()
    {
        var (own, tools) = (new LocalTools().Add(() => "mine", "s_taken"), new McpTools());
        var set = SetOf("s", new() { Tools = ["taken", "good", "gone"] }, tools, own);

        var leftOut = await OfferAsync(set, new Tool { Name = "taken" }, new Tool { Name = "good" }, new Tool { Name = "unwanted" });

        Assert.Equal(["s_good"], tools.All.Select(tool => tool.Name));
        Assert.Equal(
            [("taken", "There is a tool 's_taken' already; give this one another name."), ("gone", "the server does not have it; it has: taken, good, unwanted")],
            leftOut);
        await OfferAsync(set);
        Assert.Empty(tools.All);
        Assert.Equal(["s_taken"], own.All.Select(tool => tool.Name));
    }

    [Fact]
    public async Task A_name_that_another_server_has_is_left_out_too()
    {
        var tools = new McpTools();
        await OfferAsync(SetOf("a", new() { Prefix = "" }, tools), new Tool { Name = "same", Description = "the first" });

        var leftOut = await OfferAsync(SetOf("b", new() { Prefix = "" }, tools), new Tool { Name = "same", Description = "the second" });

        Assert.Equal([("same", "There is a tool 'same' already; give this one another name.")], leftOut);
        Assert.Equal("the first", Assert.Single(tools.All).Description);
    }

    private static McpToolSet SetOf(string name, McpServerSetting setting, McpTools tools, params IEnumerable<IToolSource> before) =>
        new(name, setting, tools, new ToolCatalog([.. before, tools], Options.Create(new MillraceOptions())));

    private static Task<IReadOnlyList<(string Tool, string Why)>> OfferAsync(McpToolSet set, params IEnumerable<Tool> listed) =>
        set.OfferAsync(null!, [.. listed.Select(tool => new ListedTool(tool.Name, tool))], TestContext.Current.CancellationToken);

    private static bool IsRunning(string argument) => Directory.EnumerateDirectories("/proc").Any(folder =>
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "cmdline")).Contains(argument, StringComparison.Ordinal);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    });

    private static async Task<string> EchoAsync(McpServer server)
    {
        try
        {
            return McpResultText.Of(await server.CallAsync("echo", new Dictionary<string, object?> { ["message"] = "hello" }, CancellationToken.None));
        }
        catch (McpCallException failed)
        {
            return failed.Message;
        }
    }

    /// <summary>With each look a second of the server's time has passed.</summary>
    private static Task UntilAsync(FakeTimeProvider time, Func<Task<string>> what, string expected) => Until.EqualAsync(expected, () =>
    {
        time.Advance(TimeSpan.FromSeconds(1));
        return what();
    }, "what the server answers");
}
