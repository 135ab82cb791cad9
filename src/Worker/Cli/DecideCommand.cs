using System.CommandLine;
using Millrace.Engine.Tools;
using Millrace.Worker.Cli.Terminal;

namespace Millrace.Worker.Cli;

/// <summary><c>approve GENERATION CALL</c> and <c>deny GENERATION CALL</c>: a person's word on a call that waits for it.</summary>
internal static class DecideCommand
{
    public static Command Approve(LocalTools tools, CommandConsole console)
    {
        var (id, call) = (IdArgument.Create(), CallArgument());
        var command = new Command("approve", "Agree to a tool call that waits for consent.") { id, call };
        command.SetAction((parsed, cancellation) => RunAsync(tools, console, async host =>
        {
            await host.Client.ApproveToolCallAsync(parsed.GetValue(id), parsed.GetValue(call)!, host.Interrupted);
            return $"Told the fleet: call {parsed.GetValue(call)} may be made.";
        }, cancellation));
        return command;
    }

    public static Command Deny(LocalTools tools, CommandConsole console)
    {
        var (id, call) = (IdArgument.Create(), CallArgument());
        var reason = new Option<string?>("--reason") { Description = "Why, for the model; at most 512 characters." };
        var command = new Command("deny", "Refuse a tool call that waits for consent; the model is told.") { id, call, reason };
        command.SetAction((parsed, cancellation) => RunAsync(tools, console, async host =>
        {
            await host.Client.DenyToolCallAsync(parsed.GetValue(id), parsed.GetValue(call)!, parsed.GetValue(reason), host.Interrupted);
            return $"Told the fleet: call {parsed.GetValue(call)} is refused.";
        }, cancellation));
        return command;
    }

    private static Argument<string> CallArgument() => new("call") { Description = "The call's id, as the question for consent shows it." };

    private static async Task<int> RunAsync(LocalTools tools, CommandConsole console, Func<CommandHost, Task<string>> decide, CancellationToken cancellation)
    {
        await using var host = await CommandHost.StartAsync(tools, console, cancellation);
        console.Out.WriteLine(await decide(host));
        return ExitCode.Ok;
    }
}
