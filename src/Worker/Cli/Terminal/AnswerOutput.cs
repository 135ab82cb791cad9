using System.Text.Json;
using Millrace.Client.Errors;
using Millrace.Contracts;
using Spectre.Console;

namespace Millrace.Worker.Cli.Terminal;

/// <summary>
/// How answers look. To a terminal they stream; elsewhere each is written when it is complete, so that a text which a restart took back
/// never stands in a file. Everything that is not answer goes to standard error.
/// </summary>
internal sealed class AnswerOutput(CommandConsole console, bool json = false, bool noStream = false)
{
    public CommandConsole Console => console;

    public IAnsiConsole Notes { get; } = AnsiConsole.Create(new AnsiConsoleSettings
    {
        Out = new AnsiConsoleOutput(console.Error),
        Ansi = console.IsErrorRedirected ? AnsiSupport.No : AnsiSupport.Detect,
        Interactive = console.IsErrorRedirected ? InteractionSupport.No : InteractionSupport.Detect,
    });

    public bool Streams => !json && !noStream && !console.IsOutputRedirected;

    public bool ShowsProgress => !console.IsErrorRedirected && !console.IsOutputRedirected;

    public void WriteAnswer(GenerationCompleted completed, bool more)
    {
        if (json) WriteJson("completed", completed);
        else console.Out.WriteLine(completed.Text + (more ? Environment.NewLine : ""));
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
        if (console.IsErrorRedirected) console.Error.WriteLine(text);
        else Notes.MarkupLineInterpolated($"[grey]{text}[/]");
    }

    private void WriteJson<T>(string state, T outcome)
    {
        var document = JsonSerializer.SerializeToNode(outcome, ContractsJson.Options)!.AsObject();
        document.Insert(0, "state", state);
        console.Out.WriteLine(document.ToJsonString(ContractsJson.Options));
    }
}
