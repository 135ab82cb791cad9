using Millrace.Client.Errors;
using Millrace.Client.Sessions;
using Millrace.Contracts;
using Millrace.Worker.Cli.Terminal;

namespace Millrace.Worker.Cli;

/// <summary>
/// A conversation over standard input: each line is a turn, each reply goes to standard output. A person who types goes on after a failed turn; what
/// is piped in ends with it, since the lines behind it were written for its reply.
/// </summary>
internal sealed class ChatRun(CommandHost host, AnswerOutput output, ChatSignals signals, Func<string, GenerateRequested> request)
{
    private const string Reason = "Interrupted in the conversation.";

    private readonly CommandConsole console = output.Console;
    private readonly ReplyPrinter printer = new(output, signals.Ended, showsTools: true);
    private bool kept;

    public async Task<int> RunAsync(MillraceSession session)
    {
        try
        {
            while (await ReadAsync() is { } line)
            {
                if (string.IsNullOrWhiteSpace(line)) continue;
                if (!await TurnAsync(session, line) && console.IsInputRedirected) return ExitCode.Failed;
            }
            return ExitCode.Ok;
        }
        catch (OperationCanceledException) when (signals.Ended.IsCancellationRequested)
        {
            if (!console.IsInputRedirected) console.Error.WriteLine();
            return ExitCode.Interrupted;
        }
        finally
        {
            printer.NoteIfSimulated();
            if (kept) output.Note($"Session {session.Id}: 'chat --session {session.Id}' goes on with it.");
        }
    }

    /// <summary>Reading a line of the console cannot be cancelled; the thread that waits for it ends with the process.</summary>
    private Task<string?> ReadAsync()
    {
        signals.Ended.ThrowIfCancellationRequested();
        if (!console.IsInputRedirected) console.Error.Write("> ");
        return Task.Run(console.In.ReadLine).WaitAsync(signals.Ended);
    }

    /// <summary>False: it has no reply.</summary>
    private async Task<bool> TurnAsync(MillraceSession session, string line)
    {
        var turn = request(line);
        await using var desk = turn.Tools is null ? null : new ApprovalPrompt(host.Client, output, id => id == turn.GenerationId);
        await using var stream = session.StreamAsync(turn, signals.Ended);
        if (!console.IsInputRedirected) signals.OnInterrupt(() => _ = CancelAsync(stream.GenerationId));
        try
        {
            await printer.ShowAsync(stream);
            kept = true;
            return true;
        }
        catch (GenerationCancelledException stopped)
        {
            output.Note(stopped.Cancelled.Reason == Reason ? "(stopped)" : stopped.Message);
            kept = true;
            return false;
        }
        catch (Exception fault) when (ReplyPrinter.IsOutcome(fault))
        {
            output.WriteFailure(fault);
            return false;
        }
        catch (OperationCanceledException) when (signals.Ended.IsCancellationRequested)
        {
            await CancelAsync(stream.GenerationId);
            kept = true;
            throw;
        }
        finally
        {
            signals.OnInterrupt(null);
        }
    }

    private async Task CancelAsync(Guid generation)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(5), host.Time);
        try
        {
            await host.Client.CancelAsync(generation, Reason, deadline.Token);
        }
        catch (Exception fault) when (fault is FleetUnreachableException or NoWorkersException || deadline.IsCancellationRequested)
        {
            output.Note($"Could not be told to stop: {generation}. 'cancel {generation}' tries again.");
        }
    }
}
