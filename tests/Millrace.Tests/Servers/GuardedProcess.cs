using System.Diagnostics;

namespace Millrace.Tests.Servers;

/// <summary>
/// A child process that cannot outlive this one. Between the two stands a shell that holds our end of a pipe: what we write is
/// the name of a signal to pass on; when the pipe closes, even because this process was killed, the child is ended and its
/// folder removed. (A parent-death signal does not do: it fires when the thread that started the child ends.)
/// </summary>
internal sealed class GuardedProcess : IAsyncDisposable
{
    private const string Guard = """
        last=$1 folder=$2; shift 2
        exec 3<&0
        sh -c 'echo $$; exec "$@"' sh "$@" </dev/null 3<&- &
        child=$!
        (
            while read -r signal; do kill -s "$signal" "$child" 2>/dev/null; done
            [ -z "$folder" ] || : > "$folder/.orphan"
            kill -s "$last" "$child" 2>/dev/null
        ) <&3 3<&- >/dev/null 2>&1 &
        reader=$!
        exec 3<&-
        wait "$child"; code=$?
        kill "$reader" 2>/dev/null
        if [ -n "$folder" ] && [ -e "$folder/.orphan" ]; then rm -rf -- "$folder"; fi
        exit "$code"
        """;

    private readonly Process shell;
    private readonly Task reading;

    private GuardedProcess(Process shell)
    {
        this.shell = shell;
        reading = Task.WhenAll(Output.ReadAsync(shell.StandardOutput), Output.ReadAsync(shell.StandardError));
    }

    /// <summary>Everything that the child has written, both streams, line by line.</summary>
    public ProcessOutput Output { get; } = new();

    /// <summary>The child's own process id.</summary>
    public int Id { get; private set; }

    public bool HasExited => this.shell.HasExited;

    /// <summary>As a shell reports it: 128 plus the signal for a child that a signal ended.</summary>
    public int ExitCode => this.shell.ExitCode;

    /// <param name="command">Program and arguments.</param>
    /// <param name="environment">Added to this process's own; null removes a variable.</param>
    /// <param name="folder">Removed when this process dies without disposing.</param>
    /// <param name="lastSignal">What ends the child then.</param>
    /// <param name="workingDirectory">Where it runs; by default where this process does.</param>
    public static async Task<GuardedProcess> StartAsync(
        IEnumerable<string> command,
        IReadOnlyDictionary<string, string?>? environment = null,
        string? folder = null,
        string lastSignal = "KILL",
        string? workingDirectory = null)
    {
        IntegrationAttribute.Require("a child process");
        var start = new ProcessStartInfo("setsid")
        {
            UseShellExecute = false,
            WorkingDirectory = workingDirectory ?? "",
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in new[] { "sh", "-c", Guard, "guard", lastSignal, folder ?? "" }.Concat(command))
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>())
            start.Environment[name] = value;
        var started = Process.Start(start) ?? throw new InvalidOperationException("setsid did not start.");
        var first = await started.StandardOutput.ReadLineAsync();
        return new GuardedProcess(started) { Id = int.Parse(first ?? throw new InvalidOperationException("The guard died.")) };
    }

    /// <summary>Sends a signal by its name, <c>TERM</c> or <c>KILL</c>. Nothing happens when the child has gone.</summary>
    public async Task SignalAsync(string signal)
    {
        try
        {
            await this.shell.StandardInput.WriteLineAsync(signal);
            await this.shell.StandardInput.FlushAsync();
        }
        catch (IOException)
        {
            // The guard has ended with its child.
        }
    }

    /// <summary>Waits for the end and for the last line of output; a child that does not end in time is killed, and that is a failure.</summary>
    public async Task<int> WaitForExitAsync(TimeSpan? timeout = null)
    {
        var limit = timeout ?? Patience.Long;
        try
        {
            await this.shell.WaitForExitAsync().WaitAsync(limit);
            await reading.WaitAsync(limit);
        }
        catch (TimeoutException late)
        {
            await SignalAsync("KILL");
            throw new TimeoutException($"Process {Id} did not end within {limit.TotalSeconds} s. Its last lines:\n{Output.Tail()}", late);
        }

        return this.shell.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!this.shell.HasExited)
        {
            await SignalAsync("KILL");
            await WaitForExitAsync();
        }

        this.shell.Dispose();
    }
}
