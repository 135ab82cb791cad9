using System.CommandLine;

namespace Millrace.Worker.Commands;

/// <summary>The verbs of the worker.</summary>
internal static class CommandLine
{
    public static RootCommand Create()
    {
        var root = new RootCommand("Millrace: background workers for LLM generation. Without a verb it serves.")
        {
            ServeCommand.Create(),
            GenerateCommand.Create(),
            ChatCommand.Create(),
            SessionsCommand.Create(),
            TailCommand.Create(),
            CancelCommand.Create(),
            ProvidersCommand.Create(),
            CapabilitiesCommand.Create(),
            MigrateCommand.Create(),
        };
        root.SetAction((_, cancellation) => ServeCommand.RunAsync(cancellation));
        return root;
    }

    public static async Task<int> RunAsync(string[] args)
    {
        // Signals are the host's, which knows how to drain; the command line's own handling would end the process after 2 s
        var settings = new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false };
        return await ExpectedFaults.ExplainAsync(() =>
        {
            var parsed = Create().Parse(args);
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
