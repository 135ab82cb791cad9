using System.Diagnostics;

namespace Millrace.Tests.Servers;

/// <summary>A program that is run to its end.</summary>
internal static class CommandLineProcess
{
    /// <summary>Runs the worker's own command line, for example <c>generate --prompt hello</c>.</summary>
    public static Task<CommandResult> RunWorkerAsync(
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string?>? environment = null,
        string standardInput = "",
        TimeSpan? timeout = null) =>
        RunAsync(["dotnet", TestPaths.WorkerDll, .. arguments], environment, standardInput, timeout);

    /// <summary>Runs any program. It is killed after <paramref name="timeout"/> (default: <see cref="Patience.Long"/>), and then its exit code is 137.</summary>
    public static async Task<CommandResult> RunAsync(
        IEnumerable<string> command,
        IReadOnlyDictionary<string, string?>? environment = null,
        string standardInput = "",
        TimeSpan? timeout = null)
    {
        IntegrationAttribute.Require("a child process");
        var seconds = (timeout ?? Patience.Long).TotalSeconds;
        var start = new ProcessStartInfo("timeout", ["--signal=KILL", $"{seconds:0.###}", .. command])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>())
            start.Environment[name] = value;

        using var process = Process.Start(start) ?? throw new InvalidOperationException("timeout did not start.");
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        try
        {
            await process.StandardInput.WriteAsync(standardInput);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // A program that does not read may be gone already.
        }

        await process.WaitForExitAsync();
        return new CommandResult(process.ExitCode, await output, await error);
    }
}

/// <summary>How a program ended and what it wrote.</summary>
internal sealed record CommandResult(int ExitCode, string Output, string Error)
{
    /// <summary>The output of a program that had to succeed.</summary>
    public string OutputOrThrow(string what) => ExitCode == 0
        ? Output
        : throw new InvalidOperationException($"{what} ended with code {ExitCode}:\n{Output}\n{Error}");
}
