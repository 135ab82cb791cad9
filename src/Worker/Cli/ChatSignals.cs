using System.Runtime.InteropServices;
using Millrace.Worker.Cli.Terminal;

namespace Millrace.Worker.Cli;

/// <summary>Ctrl+C in a conversation: during an answer it ends the answer, at the prompt, or a second time, the conversation.</summary>
internal sealed class ChatSignals : IDisposable
{
    private readonly Lock gate = new();
    private readonly CancellationTokenSource ended = new();
    private readonly IDisposable[] registrations;
    private Action? endAnswer;

    public ChatSignals(CommandConsole console) => registrations =
    [
        console.OnSignal(PosixSignal.SIGINT, Interrupt),
        console.OnSignal(PosixSignal.SIGTERM, ended.Cancel),
        console.OnSignal(PosixSignal.SIGHUP, ended.Cancel),
    ];

    /// <summary>Fires when the conversation is to end.</summary>
    public CancellationToken Ended => ended.Token;

    /// <summary>What the next Ctrl+C does, once; null: it ends the conversation.</summary>
    public void OnInterrupt(Action? endAnswer)
    {
        lock (gate)
            this.endAnswer = endAnswer;
    }

    public void Dispose()
    {
        foreach (var registration in registrations) registration.Dispose();
        ended.Dispose();
    }

    private void Interrupt()
    {
        Action act;
        lock (gate)
            (act, endAnswer) = (endAnswer ?? ended.Cancel, null);
        act();
    }
}
