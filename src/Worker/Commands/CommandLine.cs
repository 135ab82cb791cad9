using System.CommandLine;
using Millrace.Worker.Commands.Batches;

namespace Millrace.Worker.Commands;

/// <summary>The verbs of the worker.</summary>
internal static class CommandLine
{
    public static RootCommand Create(LocalTools tools)
    {
        var root = new RootCommand("Millrace: background workers for LLM generation. Without a verb it serves.")
        {
            ServeCommand.Create(tools),
            GenerateCommand.Create(tools),
            ChatCommand.Create(tools),
            SessionsCommand.Create(tools),
            TailCommand.Create(tools),
            CancelCommand.Create(tools),
            DecideCommand.Approve(tools),
            DecideCommand.Deny(tools),
            ProvidersCommand.Create(),
            CapabilitiesCommand.Create(),
            MigrateCommand.Create(),
            BatchCommand.Create(tools),
            KeysCommand.Create(),
            UsageCommand.Create(),
        };
        root.SetAction((_, cancellation) => ServeCommand.RunAsync(tools, role: null, cancellation));
        return root;
    }

    public static async Task<int> RunAsync(string[] args, LocalTools tools)
    {
        // Signals are the host's, which knows how to drain; the command line's own handling would end the process after 2 s
        var settings = new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false };
        return await ExpectedFaults.ExplainAsync(() =>
        {
            var parsed = Create(tools).Parse(args);
            return parsed.Errors.Count > 0 ? Task.FromResult(Refuse(parsed)) : parsed.InvokeAsync(settings);
        });
    }

    private static int Refuse(ParseResult parsed)
    {
        foreach (var error in parsed.Errors) Console.Error.WriteLine(error.Message);
        Console.Error.WriteLine("Add --help for the verbs and their options.");
        return ExitCode.Usage;
    }
}
