using Millrace.Client;
using Millrace.Contracts;
using Spectre.Console;

namespace Millrace.Worker.Commands;

/// <summary>Runs the prompts of one <c>generate</c>: one streams, several run at once and are printed whole, in order.</summary>
internal sealed class GenerateSession(CommandHost host, AnswerOutput output)
{
    private static readonly TimeSpan NoticeAfter = TimeSpan.FromSeconds(10);

    private bool simulated;

    public async Task<int> RunAsync(IReadOnlyList<GenerateRequested> requests)
    {
        try
        {
            return requests is [var only] && output.Streams ? await StreamAsync(only)
                : AnswerOutput.ShowsProgress && requests.Count > 1 ? await WithProgressAsync(requests)
                : await PrintAsync([.. requests.Select(AnswerAsync)]);
        }
        catch (OperationCanceledException) when (host.Interrupted.IsCancellationRequested)
        {
            foreach (var request in requests)
            {
                await host.Client.CancelAsync(request.GenerationId, "Interrupted at the command line.");
                output.Note($"Told to stop: {request.GenerationId}. 'tail {request.GenerationId}' shows what there is of it.");
            }
            return ExitCode.Interrupted;
        }
        finally
        {
            if (simulated) output.Note("Simulated: no model was asked. For a real answer set OPENAI_API_KEY and add --provider openai --model gpt-4o-mini (see 'providers').");
        }
    }

    private async Task<int> StreamAsync(GenerateRequested request)
    {
        await using var stream = host.Client.StreamAsync(request, host.Interrupted);
        _ = NoticeAsync(stream);
        try
        {
            await foreach (var chunk in stream)
            {
                if (chunk.Kind == ChunkKind.Text) AnswerOutput.Write(chunk.Text!);
                if (chunk.Kind == ChunkKind.Restarted) output.Note($"{Environment.NewLine}(begun again; what stands above no longer counts)");
            }
            Console.Out.WriteLine();
            simulated = (await stream.Completion).Provider == "simulated";
            return ExitCode.Ok;
        }
        catch (Exception fault) when (IsOutcome(fault))
        {
            Console.Out.WriteLine();
            output.WriteFailure(fault);
            return ExitCode.Failed;
        }
    }

    private async Task<int> WithProgressAsync(IReadOnlyList<GenerateRequested> requests)
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
                var answer = await answers[i];
                simulated |= answer.Provider == "simulated";
                output.WriteAnswer(answer, more: i + 1 < answers.Count);
            }
            catch (Exception fault) when (IsOutcome(fault))
            {
                output.WriteFailure(fault);
                code = ExitCode.Failed;
            }
        }
        return code;
    }

    private async Task<GenerationCompleted> AnswerAsync(GenerateRequested request)
    {
        await using var stream = host.Client.StreamAsync(request, host.Interrupted);
        _ = NoticeAsync(stream);
        return await stream.Completion.WaitAsync(host.Interrupted);
    }

    private async Task NoticeAsync(GenerationStream stream)
    {
        var taken = await Task.WhenAny(stream.Started, stream.Completion, Task.Delay(NoticeAfter, host.Interrupted));
        if (taken != stream.Started && taken != stream.Completion && !host.Interrupted.IsCancellationRequested)
            output.Note($"No worker has taken {stream.GenerationId} after {NoticeAfter.TotalSeconds:0} s; still waiting. Is one running ('serve'), and is its lane full?");
    }

    private static bool IsOutcome(Exception fault) =>
        fault is GenerationFailedException or GenerationCancelledException or RequestRejectedException;
}
