using System.Runtime.InteropServices;

namespace Millrace.Worker.Commands;

/// <summary>Ctrl+C in a conversation: during an answer it ends the answer, at the prompt, or a second time, the conversation.</summary>
internal sealed class ChatSignals : IDisposable
{
    private readonly Lock gate = new();
    private readonly CancellationTokenSource ended = new();
    private readonly PosixSignalRegistration[] registrations;
    private Action? endAnswer;

    public ChatSignals() => registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => Handle(signal, Interrupt)),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => Handle(signal, ended.Cancel)),
        PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal => Handle(signal, ended.Cancel)),
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

    private static void Handle(PosixSignalContext signal, Action act)
    {
        signal.Cancel = true;
        act();
    }

    private void Interrupt()
    {
        Action act;
        lock (gate)
            (act, endAnswer) = (endAnswer ?? ended.Cancel, null);
        act();
    }
}
