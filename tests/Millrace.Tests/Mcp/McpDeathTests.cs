using System.Globalization;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Mcp;

[Collection(McpFleet.Name)]
[Integration]
public sealed class McpDeathTests(McpFleet given)
{
    [Fact]
    public async Task A_server_that_dies_gives_an_error_and_comes_back()
    {
        var (before, _) = await given.CallAsync("c_pid");

        var (died, isError) = await given.CallAsync("c_quit");
        Assert.True(isError);
        Assert.Contains("The connection to the MCP server 'changing' broke during the call", died, StringComparison.Ordinal);
        Assert.Contains("Whether the call took effect is unknown.", died, StringComparison.Ordinal);
        var (meanwhile, fails) = await given.CallAsync("c_pid"); // before or after the worker has seen that it is gone; on a slow machine it is there again
        Assert.True(fails ? meanwhile.Contains("MCP server 'changing'", StringComparison.Ordinal) : meanwhile != before, meanwhile);

        var (after, _) = await Until.FitsAsync(() => given.CallAsync("c_pid"), called => !called.IsError, "an answer of the server");
        Assert.NotEqual(before, after);
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("KILL")]
    public async Task The_program_of_a_server_ends_with_its_worker(string signal)
    {
        await using var worker = await WorkerProcess.StartAsync(settings: McpPrograms.Settings("everything", McpPrograms.Everything)
            .ToDictionary(setting => setting.Name, setting => (string?)setting.Value));
        await worker.WaitReadyAsync();
        var program = Assert.Single(ChildrenOf(worker.Id));

        await worker.SignalAsync(signal);

        await Until.TrueAsync(() => !IsThere(program));
    }

    private static IEnumerable<int> ChildrenOf(int parent) =>
        from folder in Directory.EnumerateDirectories("/proc")
        let id = int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var number) ? number : 0
        where id > 0 && StatusOf(id).Contains($"\nPPid:\t{parent}\n", StringComparison.Ordinal)
        select id;

    /// <summary>One that has ended and that nobody has asked about is as good as gone.</summary>
    private static bool IsThere(int process) => StatusOf(process) is { Length: > 0 } status && !status.Contains("State:\tZ", StringComparison.Ordinal);

    private static string StatusOf(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/status");
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
