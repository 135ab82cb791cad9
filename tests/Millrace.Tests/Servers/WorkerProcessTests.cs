namespace Millrace.Tests.Servers;

[Integration]
public sealed class WorkerProcessTests
{
    [Fact]
    public async Task A_worker_becomes_ready_is_measured_and_ends_when_asked()
    {
        await using var worker = await WorkerProcess.StartAsync();
        await worker.WaitReadyAsync();

        Assert.InRange(worker.ResidentBytes, 10_000_000, 1_000_000_000);
        Assert.InRange(worker.Threads, 2, 500);
        Assert.Equal(0, await worker.TerminateAsync());
    }

    [Fact]
    public async Task A_killed_worker_is_gone()
    {
        await using var worker = await WorkerProcess.StartAsync();
        await worker.WaitReadyAsync();

        await worker.KillAsync();

        Assert.True(worker.HasExited);
        Assert.False(Directory.Exists($"/proc/{worker.Id}"));
    }

    [Fact]
    public async Task The_command_line_is_run_to_its_end()
    {
        var help = await CommandLineProcess.RunWorkerAsync(["--help"]);

        Assert.Equal(0, help.ExitCode);
        Assert.Contains("serve", help.Output, StringComparison.Ordinal);
    }
}
