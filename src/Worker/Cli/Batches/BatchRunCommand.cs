using System.CommandLine;
using Millrace.Engine.Tools;
using Millrace.Persistence.Model;
using Millrace.Worker.Cli.Terminal;

namespace Millrace.Worker.Cli.Batches;

/// <summary><c>batch run</c>: a file in, a file out, and how it gets on meanwhile. Running it again goes on where it was.</summary>
internal static class BatchRunCommand
{
    public static Command Create(LocalTools tools, CommandConsole console)
    {
        var output = new Option<string>("--output", "-o") { Description = "The file for the answers; errors go to a file beside it, NAME.errors.jsonl. Of a .csv file it is the same rows with two more columns.", Required = true };
        var arguments = new BatchArguments();
        var command = new Command("run", "Run a file of prompts and write the answers as they come. The same again goes on where it was.") { output };
        arguments.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            var settings = arguments.Read(parsed);
            await using var host = await BatchHost.StartAsync(tools, console, cancellation);
            return await RunAsync(console, host, settings, parsed.GetValue(output)!);
        });
        return command;
    }

    private static async Task<int> RunAsync(CommandConsole console, BatchHost host, BatchSettings settings, string path)
    {
        var (notes, input) = (new AnswerOutput(console), new BatchInput(settings.File, settings.Template, settings.Encoding));
        var (batch, isNew) = await new BatchSubmission(host, settings, input).SubmitAsync(host.Interrupted);
        notes.Note(isNew ? $"Batch {batch.Id}" : $"Batch {batch.Id} of this file is there already ({batch.State}). --new makes another.");
        if (batch.State is BatchState.Cancelled or BatchState.Expired) await host.Retries.RetryAsync(batch.Tenant, batch.Id, settings.Budget, host.Interrupted);
        try
        {
            await using var files = ResultFiles.Create(host, input, path);
            return End(await new BatchFollower(host, notes, files.Writers).FollowAsync(batch, host.Interrupted), notes, files);
        }
        catch (OperationCanceledException) when (host.Interrupted.IsCancellationRequested)
        {
            notes.Note(host.IsEmbedded
                ? "Stopped. The same command again goes on where it was."
                : $"The batch goes on without this command; the same command again goes on reading. 'batch cancel {batch.Id}' ends it.");
            return ExitCode.Interrupted;
        }
    }

    private static int End(Batch batch, AnswerOutput notes, ResultFiles files)
    {
        new BatchOutput(notes.Console).WriteFaults(batch);
        if (batch.State == BatchState.Failed) notes.Note("Nothing has run. Mend the file and run it again.");
        else if (batch.State != BatchState.Completed) notes.Note($"The batch is {batch.State}. The same command again runs the rest.");
        else if (batch.Failed > 0) notes.Note($"{batch.Failed} lines have no answer{files.ErrorsAt}. 'batch retry-failed {batch.Id}' runs them again.");
        return batch.State == BatchState.Completed && batch.Failed == 0 ? ExitCode.Ok : ExitCode.Failed;
    }
}
