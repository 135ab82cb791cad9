using Millrace.Client.Errors;
using Millrace.Client.Streaming;
using Millrace.Contracts;
using Millrace.Worker.Cli.Terminal;

namespace Millrace.Worker.Cli;

/// <summary>Shows replies: each as it comes where the output streams, whole where it does not.</summary>
/// <param name="output">Where replies and notes go.</param>
/// <param name="interrupted">Ends the waiting.</param>
/// <param name="showsTools">Whether what tools do is noted while it happens.</param>
internal sealed class ReplyPrinter(AnswerOutput output, CancellationToken interrupted, bool showsTools = false)
{
    private static readonly TimeSpan NoticeAfter = TimeSpan.FromSeconds(10);

    private readonly CommandConsole console = output.Console;
    private bool simulated;

    public static bool IsOutcome(Exception fault) =>
        fault is GenerationFailedException or GenerationCancelledException or RequestRejectedException;

    /// <summary>Shows one reply to its end. Throws what the stream throws.</summary>
    public async Task ShowAsync(GenerationStream stream, bool more = false)
    {
        if (!output.Streams)
        {
            Print(await WholeAsync(stream), more);
            return;
        }

        _ = NoticeAsync(stream);
        var inLine = false;
        try
        {
            await foreach (var chunk in stream)
            {
                if (chunk.Kind == ChunkKind.Text)
                {
                    console.Out.Write(chunk.Text!);
                    inLine = !chunk.Text!.EndsWith('\n');
                }
                if (ToolLines.Of(chunk) is { } line)
                {
                    if (inLine) console.Out.Write(Environment.NewLine);
                    inLine = false;
                    output.Note(line);
                }
                if (chunk.Kind == ChunkKind.Restarted) output.Note($"{Environment.NewLine}(begun again; what stands above no longer counts)");
            }
            simulated |= (await stream.Completion).Provider == "simulated";
        }
        finally
        {
            console.Out.WriteLine(more ? Environment.NewLine : "");
        }
    }

    /// <summary>Waits for the whole reply.</summary>
    public async Task<GenerationCompleted> WholeAsync(GenerationStream stream)
    {
        _ = NoticeAsync(stream);
        if (showsTools)
        {
            await foreach (var chunk in stream.WithCancellation(interrupted))
            {
                if (ToolLines.Of(chunk) is { } line) output.Note(line);
            }
        }
        return await stream.Completion.WaitAsync(interrupted);
    }

    public void Print(GenerationCompleted answer, bool more)
    {
        simulated |= answer.Provider == "simulated";
        output.WriteAnswer(answer, more);
    }

    /// <summary>Says once, at the end, that no model was asked.</summary>
    public void NoteIfSimulated()
    {
        if (simulated) output.Note("Simulated: no model was asked. For a real answer set OPENAI_API_KEY and add --provider openai --model gpt-4o-mini (see 'providers').");
    }

    private async Task NoticeAsync(GenerationStream stream)
    {
        var taken = await Task.WhenAny(stream.Started, stream.Completion, Task.Delay(NoticeAfter, console.Time, interrupted));
        if (taken != stream.Started && taken != stream.Completion && !interrupted.IsCancellationRequested)
            output.Note($"No worker has taken {stream.GenerationId} after {NoticeAfter.TotalSeconds:0} s; still waiting. Is one running ('serve'), and is its lane full?");
    }
}
