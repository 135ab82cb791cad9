namespace Millrace.Tests.Servers;

/// <summary>
/// The worker as a process of its own, to be stopped, killed and measured like in production. It runs in a folder of its own and
/// takes its settings files from its build's.
/// </summary>
internal sealed class WorkerProcess : IWorker
{
    private static readonly HttpClient Http = new() { Timeout = Patience.Long };
    private readonly GuardedProcess process;
    private readonly ScratchFolder folder;
    private readonly Func<WorkerProcess, Task> killed;

    private WorkerProcess(GuardedProcess process, ScratchFolder folder, Uri url, string session, Func<WorkerProcess, Task>? killed) =>
        (this.process, this.folder, Url, Session, this.killed) = (process, folder, url, session, killed ?? (_ => Task.CompletedTask));

    /// <summary>Where it listens for HTTP.</summary>
    public Uri Url { get; }

    public int Id => process.Id;

    /// <summary>How it calls itself in the table of the workers.</summary>
    public string Name => $"{Environment.MachineName}:{Id}";

    /// <summary>How its sessions with Postgres are called there.</summary>
    public string Session { get; }

    public bool HasExited => process.HasExited;

    /// <summary>All lines so far, both streams.</summary>
    public IReadOnlyList<string> Lines => process.Output.Lines;

    /// <summary>Resident memory, in bytes.</summary>
    public long ResidentBytes => Status("VmRSS") * 1024;

    /// <summary>Operating system threads.</summary>
    public int Threads => (int)Status("Threads");

    /// <summary>Starts <c>serve</c> and does not wait.</summary>
    /// <param name="rabbitMq">The broker's address, or null for the bus inside the process.</param>
    /// <param name="postgres">The database's connection string, or null for the file inside its folder.</param>
    /// <param name="settings">More environment, for example <c>Millrace__DefaultProvider</c>.</param>
    /// <param name="program">Which worker. Default: the one without tools.</param>
    /// <param name="role">What it serves as. Default: its own default.</param>
    /// <param name="url">Where it listens. Default: on a free port.</param>
    /// <param name="killed">What is done when it has been killed. Default: nothing.</param>
    public static async Task<WorkerProcess> StartAsync(
        string? rabbitMq = null, string? postgres = null, IReadOnlyDictionary<string, string?>? settings = null, string? program = null, string? role = null, Uri? url = null,
        Func<WorkerProcess, Task>? killed = null)
    {
        program ??= TestPaths.WorkerDll;
        var scratch = new ScratchFolder("worker");
        url ??= new Uri($"http://127.0.0.1:{FreePorts.Next()}");
        var home = Path.GetDirectoryName(program);
        var session = $"worker-{Guid.NewGuid():N}";
        var environment = new Dictionary<string, string?>
        {
            ["ASPNETCORE_URLS"] = url.ToString(),
            ["ASPNETCORE_CONTENTROOT"] = home,
            ["DOTNET_CONTENTROOT"] = home,
            ["ConnectionStrings__RabbitMq"] = rabbitMq,
            ["ConnectionStrings__Postgres"] = postgres is null ? null : $"{postgres};Application Name={session}",
        };
        foreach (var (name, value) in settings ?? new Dictionary<string, string?>())
            environment[name] = value;
        var child = await GuardedProcess.StartAsync(
            ["dotnet", program, "serve", .. role is null ? Array.Empty<string>() : ["--role", role]], environment, scratch.Path, workingDirectory: scratch.Path);
        WorkerLogs.Begin(child.Output, $"{role ?? "worker"} at {url}, process {child.Id}");
        return new WorkerProcess(child, scratch, url, session, killed);
    }

    /// <summary>The first line, past or to come, that holds the text.</summary>
    public Task<string> WaitForLineAsync(string text, TimeSpan? timeout = null) =>
        process.Output.WaitForLineAsync(text, timeout);

    /// <summary>Returns when <c>/health/ready</c> says so.</summary>
    public async Task WaitReadyAsync(TimeSpan? timeout = null)
    {
        using var deadline = new CancellationTokenSource(timeout ?? Patience.Long);
        while (true)
        {
            if (HasExited)
                throw new InvalidOperationException($"The worker ended with code {process.ExitCode}:\n{process.Output.Tail()}");
            if (await IsReadyAsync())
                return;
            if (deadline.IsCancellationRequested)
                throw new TimeoutException($"The worker was not ready:\n{process.Output.Tail()}");
            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }
    }

    /// <summary>Ends it as a crash would, and returns when it is gone, and when its fleet knows.</summary>
    public async Task KillAsync()
    {
        await process.SignalAsync("KILL");
        await process.WaitForExitAsync();
        await killed(this);
    }

    /// <summary>Asks it to end, as a deployment would, and returns its exit code.</summary>
    public async Task<int> TerminateAsync(TimeSpan? timeout = null)
    {
        await process.SignalAsync("TERM");
        return await process.WaitForExitAsync(timeout);
    }

    /// <summary>Returns its exit code when it has ended by itself.</summary>
    public Task<int> WaitForExitAsync(TimeSpan? timeout = null) => process.WaitForExitAsync(timeout);

    /// <summary>Sends any signal: <c>STOP</c> freezes it like a machine that hangs, <c>CONT</c> lets it go on.</summary>
    public Task SignalAsync(string signal) => process.SignalAsync(signal);

    public async ValueTask DisposeAsync()
    {
        await process.DisposeAsync();
        WorkerLogs.End(process.Output);
        folder.Dispose();
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using var answer = await Http.GetAsync(new Uri(Url, "/health/ready"));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private long Status(string field) => File.ReadLines($"/proc/{Id}/status")
        .Where(line => line.StartsWith(field + ":", StringComparison.Ordinal))
        .Select(line => long.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1]))
        .Single();
}
