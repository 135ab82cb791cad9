using System.Text.Json;
using System.Text.Json.Nodes;
using Millrace.Contracts;
using Millrace.Engine.Settings;
using ModelContextProtocol;

namespace Millrace.Mcp;

/// <summary>
/// A configured server, connected for as long as the worker runs: (1) connect and offer its tools, (2) look again whenever it says that they have
/// changed, or a call makes one doubt that it is there, (3) when it is gone, wait and begin again.
/// </summary>
internal sealed partial class McpServer(string name, McpServerSetting setting, McpToolSet tools, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);

    /// <summary>The end of a program is seen at once; that of a server behind an address only by asking it.</summary>
    private readonly TimeSpan longestSilence = setting.Endpoint is null ? Timeout.InfiniteTimeSpan : TimeSpan.FromMinutes(1);

    private readonly TaskCompletionSource tried = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile McpSession? current;
    private IReadOnlyList<(string Tool, string Why)> told = [];

    /// <summary>Done when it is connected for the first time, or was not there.</summary>
    public Task Tried => tried.Task;

    /// <summary>Returns when the worker stops, and the server's program has ended.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        for (var failures = 0; !stopping.IsCancellationRequested;)
        {
            var since = time.GetTimestamp();
            await TryAsync(failures, stopping);
            tried.TrySetResult();
            failures = time.GetElapsedTime(since) > LongestPause ? 0 : failures + 1; // one that dies right after its start is not asked every second
            await Task.Delay(PauseAfter(failures), time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        tried.TrySetResult();
    }

    /// <exception cref="McpCallException">There is no connection, or the server refused or went away; the message is for the model.</exception>
    public async Task<JsonObject> CallAsync(string tool, IReadOnlyDictionary<string, object?> arguments, CancellationToken cancellation)
    {
        var session = current ?? throw new McpCallException($"The MCP server '{name}' is not connected, so the call was not made. It is tried again in the background.");
        try
        {
            return await session.CallAsync(tool, arguments, cancellation) as JsonObject ?? throw new JsonException();
        }
        catch (JsonException)
        {
            throw new McpCallException($"The MCP server '{name}' has answered the call, and its answer could not be read. The call was made.");
        }
        catch (McpProtocolException refused)
        {
            session.LookAgain(); // the tool may be gone, or with the server's restart the session
            throw new McpCallException(refused.Message);
        }
        catch (Exception fault) when (!cancellation.IsCancellationRequested)
        {
            session.LookAgain();
            throw new McpCallException($"The connection to the MCP server '{name}' broke during the call ({McpFault.Describe(fault)}). Whether the call took effect is unknown.");
        }
    }

    /// <summary>0 for the first time after a long life, then 1, 2, 4 … 60 s.</summary>
    internal static TimeSpan PauseAfter(int failures) =>
        failures == 0 ? TimeSpan.Zero : TimeSpan.FromTicks(Math.Min(FirstPause.Ticks << Math.Min(failures - 1, 10), LongestPause.Ticks));

    private async Task TryAsync(int failures, CancellationToken stopping)
    {
        try
        {
            await LiveAsync(stopping);
            LogGone(name, "it closed the connection");
        }
        catch (Exception) when (stopping.IsCancellationRequested)
        {
            // The worker stops
        }
        catch (Exception fault)
        {
            LogNotThere(name, McpFault.Describe(fault), PauseAfter(failures + 1));
        }
    }

    private async Task LiveAsync(CancellationToken stopping)
    {
        // 1
        using var deadline = Deadline.After(setting.ConnectTimeout, time, stopping);
        await using var session = await McpSession.OpenAsync(name, setting, LogLine, time, deadline.Token);
        await OfferAsync(await session.ToolsAsync(deadline.Token), deadline.Token);
        current = session;
        tried.TrySetResult();
        LogConnected(name, tools.Count);
        try
        {
            // 2
            while (await session.NextLookAsync(atLatest => Task.Delay(longestSilence, time, atLatest), stopping))
            {
                using var again = Deadline.After(setting.ConnectTimeout, time, stopping);
                await OfferAsync(await session.ToolsAsync(again.Token), again.Token);
                await Task.Delay(BetweenLooks, time, stopping); // one that calls its list changed whenever it is read must not be read for ever
            }
        }
        finally
        {
            current = null;
        }
    }

    private async Task OfferAsync(IReadOnlyList<ListedTool> listed, CancellationToken cancellation)
    {
        var leftOut = await tools.OfferAsync(this, listed, cancellation);
        foreach (var (tool, why) in leftOut.Except(told)) LogLeftOut(name, tool, why); // once, however often the list is read
        told = leftOut;
    }

    private void LogLine(string line)
    {
        if (setting.LogStandardError) LogStandardError(name, line);
    }

    [LoggerMessage(LogLevel.Information, "MCP server '{Name}' is connected; its tools here: {Count}")]
    private partial void LogConnected(string name, int count);

    [LoggerMessage(LogLevel.Warning, "MCP server '{Name}' is not there ({Reason}); next try in {Pause}")]
    private partial void LogNotThere(string name, string reason, TimeSpan pause);

    [LoggerMessage(LogLevel.Warning, "MCP server '{Name}' has gone ({Reason}); it is connected again")]
    private partial void LogGone(string name, string reason);

    [LoggerMessage(LogLevel.Warning, "Tool '{Tool}' of MCP server '{Name}' is left out: {Why}")]
    private partial void LogLeftOut(string name, string tool, string why);

    [LoggerMessage(LogLevel.Information, "MCP server '{Name}' says: {Line}")]
    private partial void LogStandardError(string name, string line);
}
