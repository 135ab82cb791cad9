using System.Diagnostics;
using System.Text;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Commands;

/// <summary>A command in a terminal whose keys the test presses: Ctrl+C is a signal there, as it is for a person.</summary>
internal sealed class Terminal : IDisposable
{
    /// <summary>Ends what a test leaves behind, and nothing before that.</summary>
    private const string Longest = "1200";

    private readonly StringBuilder shown = new();
    private readonly Process process;
    private int seen;

    public Terminal(IReadOnlyDictionary<string, string?> environment, params string[] arguments)
    {
        var command = string.Join(' ', new[] { "dotnet", TestPaths.WorkerDll }.Concat(arguments).Select(word => $"'{word}'"));
        var start = new ProcessStartInfo("timeout", ["--signal=KILL", Longest, "script", "-qec", command, "/dev/null"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        (start.Environment["TERM"], start.Environment["NO_COLOR"]) = ("xterm-256color", "1");
        process = Process.Start(start)!;
    }

    public async Task PressAsync(string keys)
    {
        await process.StandardInput.WriteAsync(keys);
        await process.StandardInput.FlushAsync();
    }

    /// <summary>Waits for a text behind the last one that was waited for.</summary>
    public async Task SeeAsync(string text)
    {
        var buffer = new char[1024];
        int found;
        while ((found = shown.ToString().IndexOf(text, seen, StringComparison.Ordinal)) < 0)
        {
            var reading = process.StandardOutput.ReadAsync(buffer, TestContext.Current.CancellationToken).AsTask();
            var comes = await Task.WhenAny(reading, Task.Delay(Patience.Long)) == reading && await reading > 0;
            Assert.True(comes, $"'{text}' did not come; the terminal shows:\n{shown}");
            shown.Append(buffer, 0, await reading);
        }
        seen = found + text.Length;
    }

    public async Task<int> ExitCodeAsync()
    {
        var ending = process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(await Task.WhenAny(ending, Task.Delay(Patience.Long)) == ending, $"The command did not end; the terminal shows:\n{shown}");
        await ending;
        return process.ExitCode;
    }

    public void Dispose()
    {
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        process.Dispose();
    }
}
