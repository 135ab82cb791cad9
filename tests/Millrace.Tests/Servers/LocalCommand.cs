using Millrace.Engine.Tools;
using Millrace.Worker.Cli;

namespace Millrace.Tests.Servers;

/// <summary>
/// The worker's command line inside this process: what <see cref="CommandLineProcess"/> runs, without the two seconds of processor that a process takes to come up. For
/// tests that send no signal and look at no terminal.
/// </summary>
internal sealed class LocalCommand
{
    private readonly string[] arguments;
    private readonly PipedConsole console;
    private readonly Task<int> running;

    private LocalCommand(string[] arguments, PipedConsole console)
    {
        (this.arguments, this.console) = (arguments, console);
        running = Task.Run(() => CommandLine.RunAsync(arguments, new LocalTools(), console));
    }

    /// <summary>Everything that it has written, both streams, line by line.</summary>
    public ProcessOutput Output => console.Lines;

    /// <summary>By which it tells that it has waited for long.</summary>
    public WatchedClock Clock => console.Clock;

    /// <param name="arguments">A verb and what belongs to it.</param>
    /// <param name="environment">What a process would have in its environment; null hides a variable of this process.</param>
    /// <param name="standardInput">What is piped into it.</param>
    public static LocalCommand Start(string[] arguments, IReadOnlyDictionary<string, string?> environment, string standardInput = "") =>
        new(arguments, new PipedConsole(environment, standardInput));

    /// <summary>Runs it to its end.</summary>
    public static Task<CommandResult> RunAsync(string[] arguments, IReadOnlyDictionary<string, string?> environment, string standardInput = "") =>
        Start(arguments, environment, standardInput).EndAsync();

    public async Task<CommandResult> EndAsync()
    {
        try
        {
            return new CommandResult(await running.WaitAsync(Patience.Long), console.Written, console.Noted);
        }
        catch (TimeoutException late) when (!running.IsCompleted)
        {
            throw new TimeoutException($"'{string.Join(' ', arguments)}' did not end. Its last lines:\n{Output.Tail()}", late);
        }
    }
}
