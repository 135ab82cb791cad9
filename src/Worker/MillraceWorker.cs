using Millrace.Engine.Tools;
using Millrace.Providers.Registry;
using Millrace.Worker.Cli;
using Millrace.Worker.Cli.Terminal;

namespace Millrace.Worker;

/// <summary>The worker as a library: for a program that is this worker with tools or kinds of providers of its own.</summary>
public static class MillraceWorker
{
    /// <summary>Does what the arguments say, as the worker itself does; without a verb it serves.</summary>
    /// <param name="args">The program's arguments.</param>
    /// <param name="addTools">Adds the tools that this worker runs itself. Default: none.</param>
    /// <param name="kinds">The kinds of providers that settings can name. Default: those that ship.</param>
    /// <returns>The program's exit code.</returns>
    public static Task<int> RunAsync(string[] args, Action<LocalTools>? addTools = null, ProviderKinds? kinds = null)
    {
        ArgumentNullException.ThrowIfNull(args);
        var tools = new LocalTools();
        addTools?.Invoke(tools);
        return CommandLine.RunAsync(args, tools, new CommandConsole { Kinds = kinds ?? ProviderKinds.Shipped });
    }
}
