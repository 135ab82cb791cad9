using Millrace.Contracts;
using Millrace.Worker.Cli.Terminal;
using Spectre.Console;

namespace Millrace.Worker.Cli;

/// <summary>
/// Runs the prompts of one <c>generate</c>: one streams; several run at once and are printed whole, in order; those of a session are turns, each asked
/// when the one before it has its reply.
/// </summary>
internal sealed class GenerateRun(CommandHost host, AnswerOutput output, IReadOnlyList<GenerateRequested> requests)
{
    private readonly ReplyPrinter printer = new(output, host.Interrupted, requests.Any(request => request.Tools is not null) && !HasProgress(output, requests));
    private readonly List<Guid> asked = [];

    public async Task<int> RunAsync()
    {
        await using var desk = requests.Any(request => request.Tools is not null)
            ? new ApprovalPrompt(host.Client, output, id => requests.Any(request => request.GenerationId == id))
            : null;
        try
        {
            return requests is [{ SessionId: not null }, ..] || (requests.Count == 1 && output.Streams) ? await InTurnAsync()
                : HasProgress(output, requests) ? await WithProgressAsync()
                : await PrintAsync([.. requests.Select(AnswerAsync)]);
        }
        catch (OperationCanceledException) when (host.Interrupted.IsCancellationRequested)
        {
            foreach (var id in asked)
            {
                await host.Client.CancelAsync(id, "Interrupted at the command line.");
                output.Note($"Told to stop: {id}. 'tail {id}' shows what there is of it.");
            }
            return ExitCode.Interrupted;
        }
        finally
        {
            printer.NoteIfSimulated();
        }
    }

    /// <summary>A bar is drawn over and over; other lines would tear it.</summary>
    private static bool HasProgress(AnswerOutput output, IReadOnlyList<GenerateRequested> requests) => requests is [{ SessionId: null }, _, ..] && output.ShowsProgress;

    /// <summary>A turn without its reply is not part of the conversation, so the turns behind it would not be what was meant.</summary>
    private async Task<int> InTurnAsync()
    {
        for (var i = 0; i < requests.Count; i++)
        {
            try
            {
                asked.Add(requests[i].GenerationId);
                await using var stream = host.Client.StreamAsync(requests[i], host.Interrupted);
                await printer.ShowAsync(stream, more: i + 1 < requests.Count);
                asked.Clear();
            }
            catch (Exception fault) when (ReplyPrinter.IsOutcome(fault))
            {
                output.WriteFailure(fault);
                if (i + 1 < requests.Count) output.Note($"Not asked, because this turn has no reply: {requests.Count - i - 1} more.");
                return ExitCode.Failed;
            }
        }
        return ExitCode.Ok;
    }

    private async Task<int> WithProgressAsync()
    {
        var answers = requests.Select(AnswerAsync).ToList();
        await output.Notes.Progress().Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
            .StartAsync(async progress =>
            {
                var bar = progress.AddTask("answers", maxValue: requests.Count);
                await foreach (var _ in Task.WhenEach(answers)) bar.Increment(1);
            });
        return await PrintAsync(answers);
    }

    private async Task<int> PrintAsync(List<Task<GenerationCompleted>> answers)
    {
        var code = ExitCode.Ok;
        for (var i = 0; i < answers.Count; i++)
        {
            try
            {
                printer.Print(await answers[i], more: i + 1 < answers.Count);
            }
            catch (Exception fault) when (ReplyPrinter.IsOutcome(fault))
            {
                output.WriteFailure(fault);
                code = ExitCode.Failed;
            }
        }
        return code;
    }

    private async Task<GenerationCompleted> AnswerAsync(GenerateRequested request)
    {
        asked.Add(request.GenerationId);
        await using var stream = host.Client.StreamAsync(request, host.Interrupted);
        return await printer.WholeAsync(stream);
    }
}
