using System.CommandLine;
using Millrace.Client.Errors;
using Millrace.Contracts;
using Millrace.Engine.Tools;
using Millrace.Worker.Cli.Terminal;

namespace Millrace.Worker.Cli;

/// <summary><c>cancel ID</c>: ends a generation and says how it ended.</summary>
internal static class CancelCommand
{
    public static Command Create(LocalTools tools, CommandConsole console)
    {
        var id = IdArgument.Create();
        var reason = new Option<string?>("--reason") { Description = "Why, for the record; at most 512 characters." };
        var command = new Command("cancel", "End a generation; its partial text is kept.") { id, reason };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var host = await CommandHost.StartAsync(tools, console, cancellation);
            await host.Client.CancelAsync(parsed.GetValue(id), parsed.GetValue(reason), host.Interrupted);
            console.Out.WriteLine(await EndingAsync(host, parsed.GetValue(id)));
            return ExitCode.Ok;
        });
        return command;
    }

    private static async Task<string> EndingAsync(CommandHost host, Guid id)
    {
        try
        {
            GenerationCompleted completed = await host.Client.WaitAsync(id, host.Interrupted);
            return $"{id} had already completed ({completed.Text.Length} characters).";
        }
        catch (GenerationCancelledException ended)
        {
            return $"{id} is cancelled, with {ended.Cancelled.PartialText?.Length ?? 0} characters of partial text.";
        }
        catch (GenerationFailedException ended)
        {
            return $"{id} had already failed with {ended.Failed.Reason}.";
        }
        catch (GenerationNotFoundException)
        {
            return $"{id} is not known yet. The cancel is recorded and holds when its request arrives.";
        }
    }
}
