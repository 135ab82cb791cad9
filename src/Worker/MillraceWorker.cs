using Millrace.Engine.Tools;
using Millrace.Worker.Cli;
using Millrace.Worker.Cli.Terminal;

namespace Millrace.Worker;

/// <summary>The worker as a library: for a program that is this worker with tools of its own.</summary>
public static class MillraceWorker
{
    /// <summary>Does what the arguments say, as the worker itself does; without a verb it serves.</summary>
    /// <param name="args">The program's arguments.</param>
    /// <param name="addTools">Adds the tools that this worker runs itself. Default: none.</param>
    /// <returns>The program's exit code.</returns>
    public static Task<int> RunAsync(string[] args, Action<LocalTools>? addTools = null)
    {
        ArgumentNullException.ThrowIfNull(args);
        var tools = new LocalTools();
        addTools?.Invoke(tools);
        return CommandLine.RunAsync(args, tools, new CommandConsole());
    }
}
