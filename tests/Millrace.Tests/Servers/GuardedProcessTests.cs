namespace Millrace.Tests.Servers;

[Integration]
public sealed class GuardedProcessTests
{
    [Fact]
    public async Task Lines_of_both_streams_are_kept_and_the_exit_code_is_the_childs()
    {
        await using var child = await GuardedProcess.StartAsync(["sh", "-c", "echo out; echo err >&2; exit 7"]);

        Assert.Equal(7, await child.WaitForExitAsync());
        Assert.Equal(["err", "out"], child.Output.Lines.Order());
    }

    [Fact]
    public async Task A_signal_reaches_the_child_itself()
    {
        await using var child = await GuardedProcess.StartAsync(["sh", "-c", "trap 'echo told; exit 3' TERM; echo up; while :; do sleep 0.05; done"]);
        await child.Output.WaitForLineAsync("up");

        await child.SignalAsync("TERM");

        Assert.Equal(3, await child.WaitForExitAsync());
        Assert.Contains("told", child.Output.Lines);
    }

    [Fact]
    public async Task Dispose_ends_a_child_that_does_not_listen()
    {
        var child = await GuardedProcess.StartAsync(["sh", "-c", "trap '' TERM INT; echo up; while :; do sleep 0.05; done"]);
        await child.Output.WaitForLineAsync("up");

        await child.DisposeAsync();

        Assert.False(Directory.Exists($"/proc/{child.Id}"));
    }

    [Fact]
    public async Task A_killed_run_leaves_neither_child_nor_folder()
    {
        // This very assembly, in a second process that is killed while its broker's stand-in runs.
        using var folder = new ScratchFolder("orphan");
        var inner = Directory.CreateDirectory(folder.File("inner")).FullName;
        await using var run = await GuardedProcess.StartAsync(
            ["dotnet", typeof(GuardedProcessTests).Assembly.Location, "-explicit", "only", "-method", "*.Runs_until_it_is_killed"],
            new Dictionary<string, string?> { ["MILLRACE_TEST_ORPHAN"] = inner });
        var child = int.Parse(await ContentAsync(Path.Combine(inner, "pid")));

        await run.SignalAsync("KILL");
        await run.WaitForExitAsync();

        await Until.TrueAsync(() => !Directory.Exists($"/proc/{child}") && !Directory.Exists(inner));
    }

    [Fact(Explicit = true)]
    public async Task Runs_until_it_is_killed()
    {
        var folder = Environment.GetEnvironmentVariable("MILLRACE_TEST_ORPHAN");
        Assert.SkipWhen(folder is null, "Only the test above runs this, in a process of its own.");
        await using var child = await GuardedProcess.StartAsync(["sleep", "600"], folder: folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "pid"), $"{child.Id}", TestContext.Current.CancellationToken);
        await child.WaitForExitAsync();
    }

    private static async Task<string> ContentAsync(string file)
    {
        await Until.TrueAsync(() => File.Exists(file) && new FileInfo(file).Length > 0);
        return await File.ReadAllTextAsync(file);
    }
}
