using System.Net.Sockets;
using CsvHelper;
using Microsoft.Extensions.Options;
using Millrace.Client.Errors;
using Millrace.Engine.Failures;
using Millrace.Engine.Settings;
using Millrace.Persistence.Commit;
using Millrace.Providers.Failures;
using Millrace.Worker.Cli.Terminal;
using Npgsql;

namespace Millrace.Worker.Cli;

/// <summary>Faults that a user can mend are a sentence on standard error, without a stack trace. Others stay what they are.</summary>
internal static class ExpectedFaults
{
    public static async Task<int> ExplainAsync(CommandConsole console, Func<Task<int>> run)
    {
        try
        {
            return await run();
        }
        catch (Exception fault) when (CodeOf(fault) is not null)
        {
            console.Error.WriteLine(fault is NpgsqlException ? DatabaseOutage.Describe(fault) : fault.Message);
            return CodeOf(fault)!.Value;
        }
    }

    private static int? CodeOf(Exception fault) => fault switch
    {
        ConfigurationException or OptionsValidationException or ArgumentException or CsvFormatException => ExitCode.Usage,
        FileNotFoundException or DirectoryNotFoundException or PathTooLongException or UnauthorizedAccessException => ExitCode.Usage, // a path on the command line
        InvalidOperationException { Source: "Microsoft.Extensions.Configuration.Binder" } => ExitCode.Usage, // 'many' where a number belongs
        FleetUnreachableException or NoWorkersException or NpgsqlException or SocketException => ExitCode.Unreachable,
        GenerationFailedException or GenerationCancelledException or GenerationNotFoundException or RequestRejectedException
            or ChunksExpiredException or SessionException or ProviderNotFoundException or ProviderException or GenerationException => ExitCode.Failed,
        OperationCanceledException { CancellationToken.IsCancellationRequested: true } => ExitCode.Interrupted,
        _ => null,
    };
}
