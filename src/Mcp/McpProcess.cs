using System.Diagnostics;
using System.Text;
using Millrace.Engine.Settings;
using ModelContextProtocol.Client;

namespace Millrace.Mcp;

/// <summary>
/// The program of a server. It gets an environment of its own, since the worker's holds keys and connection strings. It ends when its
/// standard input closes, which happens even when the worker is killed; one that does not is ended with all that it has started.
/// </summary>
/// <remarks>The package's own transport waits for the end without closing the input, so that every program is killed.</remarks>
internal sealed class McpProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);
    private static readonly string[] AlsoPassed = ["LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR"];

    private readonly Process process;
    private readonly TimeProvider time;

    private McpProcess(Process process, TimeProvider time) => (this.process, this.time) = (process, time);

    public Stream Input => process.StandardInput.BaseStream;

    public Stream Output => process.StandardOutput.BaseStream;

    /// <param name="setting">What to start.</param>
    /// <param name="errorLine">Gets each line of the standard error, which has to be read in any case.</param>
    /// <param name="time">By which it waits for the end.</param>
    /// <exception cref="System.ComponentModel.Win32Exception">There is no such program, or it may not be run.</exception>
    public static McpProcess Start(McpServerSetting setting, Action<string> errorLine, TimeProvider time)
    {
        var start = new ProcessStartInfo(setting.Command!, setting.Arguments)
        {
            UseShellExecute = false,
            CreateNoWindow = true,
            WorkingDirectory = setting.WorkingDirectory ?? "",
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = Utf8,
            StandardOutputEncoding = Utf8,
            StandardErrorEncoding = Utf8,
        };
        start.Environment.Clear();
        foreach (var (name, value) in Inherited().Concat(setting.Environment.Select(entry => new KeyValuePair<string, string?>(entry.Key, entry.Value))))
            start.Environment[name] = value;
        var started = new Process { StartInfo = start };
        started.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is { } text) errorLine(text);
        };
        started.Start();
        started.BeginErrorReadLine();
        return new McpProcess(started, time);
    }

    public async ValueTask DisposeAsync()
    {
        using (process)
        {
            try
            {
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // It has closed its end already
            }
            if (await EndsAsync()) return;
            process.Kill(entireProcessTree: true);
            await EndsAsync();
        }
    }

    private async Task<bool> EndsAsync()
    {
        using var patience = new CancellationTokenSource(Patience, time);
        try
        {
            await process.WaitForExitAsync(patience.Token);
            return true;
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            return process.HasExited; // what it has started holds its standard error open
        }
    }

    /// <summary>PATH, HOME, USER and the like: what the makers of the protocol pass on too, and the language.</summary>
    private static IEnumerable<KeyValuePair<string, string?>> Inherited() =>
        StdioClientTransportOptions.GetDefaultEnvironmentVariables()
            .Concat(AlsoPassed.Select(name => KeyValuePair.Create(name, Environment.GetEnvironmentVariable(name))).Where(entry => entry.Value is not null));
}
