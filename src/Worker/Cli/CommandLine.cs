using System.CommandLine;
using Millrace.Engine.Tools;
using Millrace.Worker.Cli.Batches;
using Millrace.Worker.Cli.Terminal;

namespace Millrace.Worker.Cli;

/// <summary>The verbs of the worker.</summary>
internal static class CommandLine
{
    public static RootCommand Create(LocalTools tools, CommandConsole console)
    {
        var root = new RootCommand("Millrace: background workers for LLM generation. Without a verb it serves.")
        {
            ServeCommand.Create(tools, console),
            GenerateCommand.Create(tools, console),
            ChatCommand.Create(tools, console),
            SessionsCommand.Create(tools, console),
            TailCommand.Create(tools, console),
            CancelCommand.Create(tools, console),
            DecideCommand.Approve(tools, console),
            DecideCommand.Deny(tools, console),
            ProvidersCommand.Create(console),
            CapabilitiesCommand.Create(console),
            MigrateCommand.Create(console),
            BatchCommand.Create(tools, console),
            KeysCommand.Create(console),
            UsageCommand.Create(console),
        };
        root.SetAction((_, cancellation) => ServeCommand.RunAsync(tools, console, role: null, cancellation));
        return root;
    }

    public static async Task<int> RunAsync(string[] args, LocalTools tools, CommandConsole console)
    {
        // Signals are the host's, which knows how to drain; the command line's own handling would end the process after 2 s
        var settings = new InvocationConfiguration
        {
            ProcessTerminationTimeout = null,
            EnableDefaultExceptionHandler = false,
            Output = console.Out,
            Error = console.Error,
        };
        return await ExpectedFaults.ExplainAsync(console, () =>
        {
            var parsed = Create(tools, console).Parse(args);
            return parsed.Errors.Count > 0 ? Task.FromResult(Refuse(console, parsed)) : parsed.InvokeAsync(settings);
        });
    }

    private static int Refuse(CommandConsole console, ParseResult parsed)
    {
        foreach (var error in parsed.Errors) console.Error.WriteLine(error.Message);
        console.Error.WriteLine("Add --help for the verbs and their options.");
        return ExitCode.Usage;
    }
}
