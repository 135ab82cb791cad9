using System.CommandLine;
using Millrace.Client.Sessions;
using Millrace.Contracts;
using Millrace.Engine.Tools;
using Millrace.Worker.Cli.Terminal;

namespace Millrace.Worker.Cli;

/// <summary><c>chat</c>: a conversation in the terminal, kept by the fleet.</summary>
internal static class ChatCommand
{
    public static Command Create(LocalTools tools, CommandConsole console)
    {
        var session = IdArgument.SessionOption("Goes on with this session. Default: a new one.");
        var provider = new Option<string?>("--provider") { Description = "Who answers, by its configured name." };
        var model = new Option<string?>("--model") { Description = "The model, also as provider/model. Default: the provider's." };
        var system = new Option<string?>("--system") { Description = "Instructions before the conversation." };
        var command = new Command("chat", "Talk with a model, a line of standard input at a time.") { session, provider, model, system };
        var toolArguments = new ToolArguments();
        toolArguments.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            var withTools = toolArguments.Read(parsed);
            var (id, named) = (parsed.GetValue(session), new Named(parsed.GetValue(provider), parsed.GetValue(model), parsed.GetValue(system)));
            var output = new AnswerOutput(console);
            using var signals = new ChatSignals(console);
            await using var host = await CommandHost.StartAsync(tools, console, cancellation, handlesSignals: true);
            return id is { } known
                ? await GoOnAsync(host.Client.Session(known), named, withTools, host, output, signals)
                : await BeginAsync(named, withTools, host, output, signals);
        });
        return command;
    }

    private static Task<int> BeginAsync(Named named, Func<GenerateRequested, GenerateRequested> withTools, CommandHost host, AnswerOutput output, ChatSignals signals)
    {
        var session = host.Client.CreateSession(named.System, named.Provider, named.Model);
        output.Note($"Session {session.Id}");
        return new ChatRun(host, output, signals, line => withTools(Turn(line, host.Time))).RunAsync(session);
    }

    /// <summary>The session's own settings stay; what is named here holds for the turns of this conversation.</summary>
    private static async Task<int> GoOnAsync(
        MillraceSession session, Named named, Func<GenerateRequested, GenerateRequested> withTools, CommandHost host, AnswerOutput output, ChatSignals signals)
    {
        var known = await session.DescribeAsync(signals.Ended);
        output.Note($"Session {session.Id}, {known.MessageCount} messages so far");
        return await new ChatRun(
            host, output, signals, line => withTools(Turn(line, host.Time)) with { Provider = named.Provider, Model = named.Model, SystemPrompt = named.System }).RunAsync(session);
    }

    private static GenerateRequested Turn(string line, TimeProvider time) =>
        new() { GenerationId = Guid.CreateVersion7(time.GetUtcNow()), Prompt = line };

    private sealed record Named(string? Provider, string? Model, string? System);
}
