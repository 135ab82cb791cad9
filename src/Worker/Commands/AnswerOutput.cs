using System.Text.Json;
using Millrace.Client;
using Millrace.Contracts;
using Spectre.Console;

namespace Millrace.Worker.Commands;

/// <summary>
/// How answers look. To a terminal they stream; elsewhere each is written when it is complete, so that a text which a restart took back
/// never stands in a file. Everything that is not answer goes to standard error.
/// </summary>
internal sealed class AnswerOutput(bool json, bool noStream)
{
    public IAnsiConsole Notes { get; } = AnsiConsole.Create(new AnsiConsoleSettings
    {
        Out = new AnsiConsoleOutput(Console.Error),
        Ansi = Console.IsErrorRedirected ? AnsiSupport.No : AnsiSupport.Detect,
        Interactive = Console.IsErrorRedirected ? InteractionSupport.No : InteractionSupport.Detect,
    });

    public bool Streams => !json && !noStream && !Console.IsOutputRedirected;

    public static bool ShowsProgress => !Console.IsErrorRedirected && !Console.IsOutputRedirected;

    public static void Write(string text) => Console.Out.Write(text);

    public void WriteAnswer(GenerationCompleted completed, bool more)
    {
        if (json) WriteJson("completed", completed);
        else Console.Out.WriteLine(completed.Text + (more ? Environment.NewLine : ""));
    }

    public void WriteFailure(Exception fault)
    {
        switch (fault)
        {
            case GenerationFailedException failed when json: WriteJson("failed", failed.Failed); break;
            case GenerationCancelledException cancelled when json: WriteJson("cancelled", cancelled.Cancelled); break;
            case RequestRejectedException rejected when json: WriteJson("rejected", rejected.Rejected); break;
            case GenerationFailedException failed: Note($"{failed.Failed.Reason}: {failed.Failed.Message}"); break;
            default: Note(fault.Message); break;
        }
    }

    public void Note(string text)
    {
        if (Console.IsErrorRedirected) Console.Error.WriteLine(text);
        else Notes.MarkupLineInterpolated($"[grey]{text}[/]");
    }

    private static void WriteJson<T>(string state, T outcome)
    {
        var document = JsonSerializer.SerializeToNode(outcome, ContractsJson.Options)!.AsObject();
        document.Insert(0, "state", state);
        Console.Out.WriteLine(document.ToJsonString(ContractsJson.Options));
    }
}
